import Synchronization

/// A number that goes up and down.
package final class Gauge: MetricSeries {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    package func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let next = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(
                expected: current, desired: next, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }

    package func expose(name: String, labels: String, into text: inout String) {
        text.appendSample(name, labels: labels, value: value)
    }
}

/// A value that lives elsewhere and is read for each exposition.
package final class ObservedValue: MetricSeries {
    private let read: @Sendable () -> Double

    init(read: @escaping @Sendable () -> Double) {
        self.read = read
    }

    package func expose(name: String, labels: String, into text: inout String) {
        text.appendSample(name, labels: labels, value: read())
    }
}
