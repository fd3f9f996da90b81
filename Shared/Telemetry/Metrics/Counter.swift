import Synchronization

/// A number that only grows.
package final class Counter: MetricSeries {
    private let count = Atomic<Int>(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    package func increment(by amount: Int = 1) {
        precondition(amount >= 0, "a counter only grows")
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    package func expose(name: String, labels: String, into text: inout String) {
        text.appendSample(name, labels: labels, value: Double(value))
    }
}
