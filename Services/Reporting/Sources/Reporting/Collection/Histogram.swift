/// Counts of values of 0...1 in bins of equal width; the last bin includes 1.
package struct Histogram: Sendable, Equatable {
    package let counts: [Int]
    /// Values that were not numbers of 0...1.
    package let outside: Int

    package init(_ values: some Sequence<Double>, bins: Int = 10) {
        var counts = Array(repeating: 0, count: bins)
        var outside = 0
        for value in values {
            guard (0...1).contains(value) else {
                outside += 1
                continue
            }
            counts[min(Int(value * Double(bins)), bins - 1)] += 1
        }
        self.counts = counts
        self.outside = outside
    }
}

/// Order statistics of a sample.
package enum Quantile {
    /// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, NumPy's default).
    package static func of(_ values: [Double], at probability: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let position = probability * Double(sorted.count - 1)
        let lower = Int(position.rounded(.down))
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
    }
}
