/// The two-sample, two-sided Kolmogorov–Smirnov test with an exact p-value, as `scipy.stats.ks_2samp(method="exact")`.
package struct KolmogorovSmirnov: Sendable {
    /// Values of a side that the exact p-value is computed for; of more, as many are taken evenly from the sorted ones.
    package static let most = 10_000

    /// The greatest distance of the two distribution functions.
    package let statistic: Double
    package let p: Double

    /// Nil where a side is empty; values are finite.
    package init?(_ first: [Double], _ second: [Double]) {
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let (a, b) = (Self.thinned(first.sorted()), Self.thinned(second.sorted()))
        let divisor = Self.greatestCommonDivisor(a.count, b.count)
        // Both functions in units of 1/lcm, so that nothing is rounded.
        let (stepA, stepB) = (b.count / divisor, a.count / divisor)
        var (i, j, greatest) = (0, 0, 0)
        while i < a.count || j < b.count {
            let next = i < a.count && (j == b.count || a[i] <= b[j]) ? a[i] : b[j]
            while i < a.count, a[i] == next { i += 1 }
            while j < b.count, b[j] == next { j += 1 }
            greatest = max(greatest, abs(i * stepA - j * stepB))
        }
        statistic = Double(greatest) / Double(a.count / divisor * b.count)
        p = greatest == 0 ? 1 : min(max(Self.outside(a.count, b.count, divisor, greatest), 0), 1)
    }

    private static func thinned(_ sorted: [Double]) -> [Double] {
        guard sorted.count > most else { return sorted }
        return (0..<most).map { sorted[($0 * sorted.count + sorted.count / 2) / most] }
    }

    /// The share of lattice paths from (0, 0) to (m, n) that leave |n·x − m·y| < h·gcd somewhere (Hodges 1958).
    private static func outside(_ first: Int, _ second: Int, _ divisor: Int, _ h: Int) -> Double {
        let (m, n) = (max(first, second), min(first, second))
        let (mg, ng) = (m / divisor, n / divisor)
        func ceilDivided(_ value: Int) -> Int { value > 0 ? (value + mg - 1) / mg : -(-value / mg) }
        func floorDivided(_ value: Int) -> Int { value >= 0 ? value / mg : -((-value + mg - 1) / mg) }
        var low = 0
        var high = min(ceilDivided(h), n + 1)
        var length = high - low
        // One where the path is outside already.
        var shares = [Double](repeating: 1, count: n + 2)
        for index in low..<high { shares[index] = 0 }
        for i in 1...m {
            let (lastLow, lastLength) = (low, length)
            low = min(max(floorDivided(ng * i - h) + 1, 0), n)
            high = min(ceilDivided(ng * i + h), n + 1)
            guard high > low else { return 1 }
            var value: Double = low == 0 ? 0 : 1
            for index in 0..<(high - low) {
                let j = index + low
                value = (shares[j - lastLow] * Double(i) + value * Double(j)) / Double(i + j)
                shares[index] = value
            }
            length = high - low
            if lastLength > length { for index in length..<lastLength { shares[index] = 1 } }
        }
        return shares[length - 1]
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
