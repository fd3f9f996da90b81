import ServiceAPI

/// A view's report as a page of HTML without anything from elsewhere: what was expected of each feature, and how its
/// values are spread beside the reference's.
struct ViewReportPage {
    static let mediaType = "text/html; charset=utf-8"

    private var html = ""

    static func write(_ report: ViewReport) -> String {
        var page = ViewReportPage()
        page.write(report)
        return page.html
    }

    private mutating func write(_ report: ViewReport) {
        let title = Self.escaped("\(report.view)@v\(report.version)")
        html += """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(title)</title><style>\(Self.style)</style></head><body>
            <h1>\(title) \(Self.mark(report.passed))</h1>
            <p>\(report.rows) rows\(report.complete ? "" : ", not all that there are"), \(Self.escaped(report.checkedAt))</p>

            """
        for feature in report.features { write(feature) }
        html += "</body></html>\n"
    }

    private mutating func write(_ feature: ViewReport.Feature) {
        let missing = feature.cells > 0 ? Double(feature.nulls) / Double(feature.cells) : 0
        html += "<section><h2>\(Self.escaped(feature.name)) "
        html += "<small>\(Self.escaped(feature.type.description))</small></h2>\n"
        html += "<p>\(feature.cells) cells, \(Self.short(missing * 100)) % null"
        if let least = feature.min, let greatest = feature.max, let mean = feature.mean {
            html += "; from \(Self.short(least)) to \(Self.short(greatest)), mean \(Self.short(mean))"
        }
        html += "</p>\n"
        if !feature.checks.isEmpty {
            html += "<table><tr><th>expected</th><th>limit</th><th>found</th><th></th></tr>\n"
            for check in feature.checks {
                html += "<tr><td>\(Self.escaped(check.expectation))</td><td>\(check.limit.map(Self.short) ?? "")</td>"
                html += "<td>\(check.value.map(Self.short) ?? "–")</td><td>\(Self.mark(check.passed))</td></tr>\n"
            }
            html += "</table>\n"
        }
        if let histogram = feature.histogram { draw(histogram) }
        html += "</section>\n"
    }

    // MARK: - Histogram

    private static let (width, height) = (480.0, 120.0)

    /// Shares, so that samples of two sizes can be held beside each other: bars are now, the line is the reference.
    private mutating func draw(_ histogram: ViewReport.Histogram) {
        let now = Self.shares(histogram.current)
        let before = Self.shares(histogram.reference)
        let greatest = max((now + before).max() ?? 0, .leastNonzeroMagnitude)
        let step = Self.width / Double(max(now.count, 1))
        func y(_ share: Double) -> Double { Self.height * (1 - share / greatest) }
        html += """
            <svg viewBox="0 0 \(Self.short(Self.width)) \(Self.short(Self.height + 18))" role="img" \
            aria-label="histogram">

            """
        for (index, share) in now.enumerated() where share > 0 {
            html += """
                <rect x="\(Self.short(Double(index) * step + 0.5))" y="\(Self.short(y(share)))" \
                width="\(Self.short(max(step - 1, 0.5)))" height="\(Self.short(Self.height - y(share)))">\
                <title>\(Self.bin(histogram.edges, index)): \(Self.short(share * 100)) %</title></rect>

                """
        }
        let points = before.enumerated().map { index, share in
            "\(Self.short(Double(index) * step)),\(Self.short(y(share))) "
                + "\(Self.short(Double(index + 1) * step)),\(Self.short(y(share)))"
        }
        html += "<polyline points=\"\(points.joined(separator: " "))\"/>\n"
        html += """
            <text x="0" y="\(Self.short(Self.height + 14))">\(Self.short(histogram.edges.first ?? 0))</text>
            <text x="\(Self.short(Self.width))" y="\(Self.short(Self.height + 14))" text-anchor="end">\
            \(Self.short(histogram.edges.last ?? 0))</text></svg>
            <p><small>bars: now; line: the reference</small></p>

            """
    }

    private static func bin(_ edges: [Double], _ index: Int) -> String {
        index + 1 < edges.count ? "\(short(edges[index])) to \(short(edges[index + 1]))" : ""
    }

    private static func shares(_ counts: [Int]) -> [Double] {
        let total = Double(max(counts.reduce(0, +), 1))
        return counts.map { Double($0) / total }
    }

    // MARK: - Text

    private static func mark(_ passed: Bool) -> String {
        passed ? "<b class=\"good\">passed</b>" : "<b class=\"bad\">failed</b>"
    }

    /// Four significant digits.
    private static func short(_ number: Double) -> String {
        guard number.isFinite, number != 0 else { return "0" }
        var digits = 0
        var scale = 1.0
        while digits < 8, (number * scale).magnitude < 1000, (number * scale).rounded() != number * scale {
            digits += 1
            scale *= 10
        }
        let rounded = (number * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static let style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222}\
        section{border-top:1px solid #ddd;margin-top:1.5rem}h2 small{font-weight:normal;color:#777}\
        table{border-collapse:collapse}th,td{text-align:left;padding:.15rem 1.2rem .15rem 0}\
        .good{color:#1a7f37}.bad{color:#b42318}svg{width:100%;max-width:30rem;margin-top:.6rem;overflow:visible}\
        rect{fill:#8ab4d8}polyline{fill:none;stroke:#b42318;stroke-width:1.5}text{font-size:11px;fill:#666}
        """
}
