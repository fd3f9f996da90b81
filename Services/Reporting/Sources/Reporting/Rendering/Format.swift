package import FoundationEssentials

/// Numbers, times and sums as a report writes them, in English and UTC.
package enum Format {
    /// `12,345`.
    package static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return (number < 0 ? "-" : "") + grouped
    }

    /// `3 pages`, `1 page`.
    package static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// Fixed number of digits after the point, half away from zero.
    package static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + count(scaled) }
        return "\(sign)\(count(scaled / scale)).\(CivilDate.padded(scaled % scale, digits))"
    }

    /// A number for coordinates: no grouping, at most two digits after the point.
    package static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int((value.clamped(to: -1e9...1e9) * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(CivilDate.padded(Int(rest), 2))"
    }

    package static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : decimal(100 * Double(part) / Double(whole), digits: 0) + " %"
    }

    /// `0.42 s`, `12.3 s`, `3 min 05 s`.
    package static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.9995: decimal(seconds * 1000, digits: 0) + " ms"
        case ..<9.995: decimal(seconds, digits: 2) + " s"
        case ..<99.95: decimal(seconds, digits: 1) + " s"
        default: "\(count(Int(seconds) / 60)) min \(CivilDate.padded(Int(seconds) % 60, 2)) s"
        }
    }

    /// `EUR 1,234.50`; without a currency only the number.
    package static func money(hundredths: Int, currency: String?) -> String {
        let magnitude = hundredths.magnitude
        let number = "\(count(Int(magnitude / 100))).\(CivilDate.padded(Int(magnitude % 100), 2))"
        return (currency.map { $0 + " " } ?? "") + (hundredths < 0 ? "-" : "") + number
    }

    /// `1.3 MB`, in powers of 1,000.
    package static func bytes(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: count(bytes, "byte")
        case ..<1_000_000: decimal(Double(bytes) / 1e3, digits: 1) + " kB"
        default: decimal(Double(bytes) / 1e6, digits: 1) + " MB"
        }
    }

    /// `2026-11-25 21:48`, UTC.
    package static func moment(_ date: Date) -> String {
        let day = CivilDate(date)
        let minute =
            Int(date.timeIntervalSince1970.clamped(to: -6e10...2e11).rounded(.down)) - day.daysSinceEpoch * 86_400
        return "\(day.iso) \(CivilDate.padded(minute / 3600, 2)):\(CivilDate.padded(minute / 60 % 60, 2))"
    }
}
