import Synchronization

/// Counts of observations by size, with their sum.
package final class Histogram: MetricSeries {
    /// Upper bounds in seconds for the duration of a request or a step of one.
    package static let durations: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    package init(buckets: [Double]) {
        precondition(!buckets.isEmpty && zip(buckets, buckets.dropFirst()).allSatisfy(<), "buckets must ascend")
        bounds = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    package func observe(_ value: Double) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[index] += 1
            $0.sum += value
        }
    }

    package func observe(_ duration: Duration) {
        observe(duration.seconds)
    }

    package func expose(name: String, labels: String, into text: inout String) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: UInt64 = 0
        for (bound, count) in zip(bounds, counts) {
            cumulative += count
            text.appendSample(
                "\(name)_bucket", labels: "\(prefix)le=\"\(sampleText(bound))\"", value: Double(cumulative))
        }
        cumulative += counts[bounds.count]
        text.appendSample("\(name)_bucket", labels: "\(prefix)le=\"+Inf\"", value: Double(cumulative))
        text.appendSample("\(name)_sum", labels: labels, value: sum)
        text.appendSample("\(name)_count", labels: labels, value: Double(cumulative))
    }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
