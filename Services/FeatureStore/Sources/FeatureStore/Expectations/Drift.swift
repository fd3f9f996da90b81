import Glibc
import ServiceAPI

/// How far a sample is from a reference.
///
/// As in Evidently (`legacy/calculations/stattests`), whose figures the tests hold; values are finite.
package enum Drift {
    /// Distinct reference values up to which each is a bin of its own.
    private static let mostSingleBins = 20

    /// The population stability index of numbers: Σ (r − c) · ln(r / c) over binned shares; nil where a side is empty.
    package static func psi(_ reference: [Double], _ current: [Double]) -> Double? {
        guard !reference.isEmpty, !current.isEmpty else { return nil }
        guard Set(reference).count > mostSingleBins else {
            return psi(categories: reference, current)
        }
        let edges = sturgesEdges(reference + current)
        return psi(counts(reference, edges), counts(current, edges))
    }

    /// The population stability index of categories.
    package static func psi<Category: Hashable>(categories reference: [Category], _ current: [Category]) -> Double? {
        guard !reference.isEmpty, !current.isEmpty else { return nil }
        var counts: [Category: (Int, Int)] = [:]
        for value in reference { counts[value, default: (0, 0)].0 += 1 }
        for value in current { counts[value, default: (0, 0)].1 += 1 }
        return psi(counts.values.map(\.0), counts.values.map(\.1))
    }

    /// Of counts in the same bins.
    package static func psi(_ reference: [Int], _ current: [Int]) -> Double {
        zip(shares(reference), shares(current)).reduce(0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
    }

    /// Both samples in the same bins, for looking at; nil where a side is empty.
    static func histogram(_ reference: [Double], _ current: [Double]) -> ViewReport.Histogram? {
        guard !reference.isEmpty, !current.isEmpty else { return nil }
        let edges = sturgesEdges(reference + current)
        return .init(edges: edges, current: counts(current, edges), reference: counts(reference, edges))
    }

    /// Shares, none of them zero: an empty bin gets a ten-thousandth, or a millionth of the least share where that is
    /// smaller.
    private static func shares(_ counts: [Int]) -> [Double] {
        let total = Double(counts.reduce(0, +))
        let shares = counts.map { Double($0) / total }
        let least = shares.filter { $0 > 0 }.min() ?? 1
        let filling = least <= 0.0001 ? least / 1_000_000 : 0.0001
        return shares.map { $0 == 0 ? filling : $0 }
    }

    /// Edges of equal bins, log₂ n + 1 of them, as numpy's `histogram_bin_edges(…, "sturges")`.
    private static func sturgesEdges(_ values: [Double]) -> [Double] {
        var (low, high) = (values.min() ?? 0, values.max() ?? 0)
        // The halves of numbers that are too far apart for their difference are not.
        guard (high - low).isFinite else { return sturgesEdges(values.map { $0 / 2 }).map { $0 * 2 } }
        let width = (high - low) / (log2(Double(values.count)) + 1)
        let count = width > 0 ? max(Int(((high - low) / width).rounded(.up)), 1) : 1
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        return (0...count).map { $0 == count ? high : low + Double($0) * ((high - low) / Double(count)) }
    }

    /// Bins are closed below and open above, the last one closed.
    private static func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: edges.count - 1)
        for value in values {
            var (low, high) = (0, edges.count - 1)
            while high - low > 1 {
                let middle = (low + high) / 2
                if edges[middle] <= value { low = middle } else { high = middle }
            }
            counts[low] += 1
        }
        return counts
    }
}
