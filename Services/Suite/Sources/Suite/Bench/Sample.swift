/// Times of requests, and what failed.
struct Sample: Sendable {
    /// Of the answered ones, in seconds.
    private(set) var times: [Double] = []
    private(set) var failures: [String: Int] = [:]
    /// How long all of it took.
    var seconds = 0.0

    init() {}

    init(times: [Double], seconds: Double) {
        self.times = times
        self.seconds = seconds
    }

    mutating func add(_ outcome: BenchTarget.Outcome, _ time: Double) {
        switch outcome {
        case .answered: times.append(time)
        case .failed(let reason): failures[reason, default: 0] += 1
        }
    }

    mutating func add(_ other: Sample) {
        times += other.times
        failures.merge(other.failures, uniquingKeysWith: +)
    }
}

/// A distribution of times, in milliseconds.
package struct LatencySummary: Codable, Sendable, Equatable {
    package var mean: Double
    package var p50: Double
    package var p90: Double
    package var p95: Double
    package var p99: Double
    package var max: Double

    /// Nil without times.
    ///
    /// A percentile is the smallest time that so many of a hundred do not exceed (nearest rank).
    package init?(seconds: [Double]) {
        guard !seconds.isEmpty else { return nil }
        let sorted = seconds.sorted()
        func percentile(_ share: Double) -> Double {
            let rank = Int((Double(sorted.count) * share / 100).rounded(.up))
            return sorted[Swift.min(Swift.max(rank, 1), sorted.count) - 1] * 1000
        }
        mean = sorted.reduce(0, +) / Double(sorted.count) * 1000
        (p50, p90, p95, p99) = (percentile(50), percentile(90), percentile(95), percentile(99))
        max = (sorted.last ?? 0) * 1000
    }
}
