/// A family whose series live elsewhere and are read for each exposition.
///
/// For numbers that something keeps anyway, under names of its own choice; what is counted costs nothing a second time.
final class ObservedFamily: ExposedFamily {
    let name: String
    private let help: String
    private let kind: MetricKind
    private let labels: [String]
    private let read: @Sendable () -> [MetricSample]

    init(
        name: String, help: String, kind: MetricKind, labels: [String], read: @escaping @Sendable () -> [MetricSample]
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.read = read
    }

    func expose(into text: inout String) {
        let samples = read().map { (labels: labelText(labels, $0.labels), value: $0.value) }
        guard !samples.isEmpty else { return }
        text.appendFamily(name, help: help, kind: kind)
        for sample in samples.sorted(by: { $0.labels < $1.labels }) {
            text.appendSample(name, labels: sample.labels, value: sample.value)
        }
    }
}

/// One value of an observed family.
package struct MetricSample: Sendable {
    /// In the order the family declares.
    package var labels: [String]
    package var value: Double

    package init(labels: [String], value: Double) {
        self.labels = labels
        self.value = value
    }
}
