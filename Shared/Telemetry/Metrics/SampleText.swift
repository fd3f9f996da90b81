extension String {
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
