extension String {
    /// Appends what precedes the samples of a family.
    mutating func appendFamily(_ name: String, help: String, kind: MetricKind) {
        append("# HELP \(name) \(escape(help, quote: false))\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// Appends one sample line of the exposition format.
    mutating func appendSample(_ name: String, labels: String, value: Double) {
        append(name)
        if !labels.isEmpty {
            append("{")
            append(labels)
            append("}")
        }
        append(" ")
        append(sampleText(value))
        append("\n")
    }
}

/// A number as Prometheus reads it; whole numbers without a fraction.
func sampleText(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), value.magnitude < 0x1p53 { return String(Int64(value)) }
    return value.description
}

/// `a="b",c="d"`.
func labelText(_ names: [String], _ values: [String]) -> String {
    zip(names, values).map { "\($0)=\"\(escape($1, quote: true))\"" }.joined(separator: ",")
}

private func escape(_ value: String, quote: Bool) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
        switch scalar {
        case "\\": escaped += "\\\\"
        case "\n": escaped += "\\n"
        case "\"" where quote: escaped += "\\\""
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
