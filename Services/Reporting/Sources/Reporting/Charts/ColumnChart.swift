/// Vertical columns of equal width over a value axis from 0.
package struct ColumnChart {
    struct Column {
        var value: Double
        /// Read out when pointed at.
        var note: String
    }

    /// A label below the axis, at a place counted in columns from the left edge.
    struct Label {
        var place: Double
        var text: String
    }

    var description: String
    var columns: [Column]
    var labels: [Label]
    var ticks: Ticks
    var tickText: (Double) -> String
    /// Takes the page's whole width rather than half of it.
    var isWide = false

    /// Values for the templates: heights in percent of the axis for pgfplots, geometry for SVG; nil if all are 0.
    package var view: TemplateObject? {
        guard columns.contains(where: { $0.value > 0 }) else { return nil }
        let (left, top, width, height) = isWide ? (72.0, 10.0, 960.0, 220.0) : (40.0, 10.0, 472.0, 170.0)
        let columnWidth = width / Double(columns.count)
        // Few columns do not grow fat.
        let barWidth = min(columnWidth - min(6, columnWidth * 0.18), 72)
        func y(_ value: Double) -> Double { top + height * (1 - value / ticks.maximum) }
        return [
            "description": description, "width": Format.coordinate(left + width + 8),
            "height": Format.coordinate(height + 38),
            "column_count": String(columns.count),
            "axis_x": Format.coordinate(left), "axis_end": Format.coordinate(left + width),
            "columns": columns.enumerated().map { index, column -> TemplateObject in
                [
                    "note": column.note, "place": Format.coordinate(Double(index) + 0.5),
                    "percent": Format.coordinate(100 * column.value / ticks.maximum),
                    "x": Format.coordinate(left + (Double(index) + 0.5) * columnWidth - barWidth / 2),
                    "y": Format.coordinate(y(column.value)), "width": Format.coordinate(barWidth),
                    "height": Format.coordinate(top + height - y(column.value)),
                ]
            },
            "labels": labels.map { label -> TemplateObject in
                [
                    "text": label.text, "place": Format.coordinate(label.place),
                    "x": Format.coordinate(left + label.place * columnWidth),
                    "y": Format.coordinate(top + height + 18),
                ]
            },
            "ticks": ticks.values.map { value -> TemplateObject in
                [
                    "text": tickText(value), "percent": Format.coordinate(100 * value / ticks.maximum),
                    "y": Format.coordinate(y(value)), "x": Format.coordinate(left - 8),
                ]
            },
        ]
    }
}

extension ColumnChart {
    /// Bins of 0...1, labelled at every second edge.
    package init(description: String, histogram: Histogram) {
        let bins = histogram.counts.count
        func edge(_ bin: Int) -> String { Format.decimal(Double(bin) / Double(bins), digits: 1) }
        self.description = description
        columns = histogram.counts.enumerated().map { bin, count in
            Column(value: Double(count), note: "\(edge(bin)) to \(edge(bin + 1)): \(Format.count(count, "document"))")
        }
        labels = stride(from: 0, through: bins, by: 2).map { Label(place: Double($0), text: edge($0)) }
        ticks = Ticks(upTo: Double(histogram.counts.max() ?? 0), wholeNumbers: true)
        tickText = { Format.count(Int($0)) }
    }

    /// Sums over time, at most six of them labelled.
    package init(timeline: AmountTimeline) {
        let buckets = timeline.buckets
        isWide = true
        description = "Amounts in \(timeline.currency) by \(timeline.grain.rawValue)"
        columns = buckets.map {
            let sum = Format.money(hundredths: $0.hundredths, currency: timeline.currency)
            return Column(
                value: Double($0.hundredths) / 100,
                note: "\($0.label): \(sum), \(Format.count($0.documents, "document"))")
        }
        let stride = (buckets.count + 5) / 6
        labels = Swift.stride(from: 0, to: buckets.count, by: max(1, stride)).map {
            Label(place: Double($0) + 0.5, text: buckets[$0].label)
        }
        let ticks = Ticks(upTo: columns.map(\.value).max() ?? 0)
        self.ticks = ticks
        tickText = { Format.decimal($0, digits: ticks.step < 0.1 ? 2 : ticks.step < 1 ? 1 : 0) }
    }
}
