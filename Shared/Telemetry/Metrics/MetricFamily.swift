import Synchronization

/// The type a metric declares to Prometheus.
package enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// One time series, or a few that belong together, of a family.
package protocol MetricSeries: AnyObject, Sendable {
    /// Appends the sample lines of this series; `labels` is `a="b",c="d"` or empty.
    func expose(name: String, labels: String, into text: inout String)
}

/// What the registry needs of a family, whatever its series are.
protocol ExposedFamily: Sendable {
    var name: String { get }
    func expose(into text: inout String)
}

/// All series of one metric name, told apart by label values.
package final class MetricFamily<Series: MetricSeries>: ExposedFamily {
    package let name: String
    package let labels: [String]
    private let help: String
    private let kind: MetricKind
    private let seriesLimit: Int
    private let onOverflow: @Sendable () -> Void
    private let make: @Sendable () -> Series
    private let series = Mutex<[[String]: Series]>([:])

    init(
        name: String,
        help: String,
        kind: MetricKind,
        labels: [String],
        seriesLimit: Int,
        onOverflow: @escaping @Sendable () -> Void = {},
        make: @escaping @Sendable () -> Series
    ) {
        precondition(Self.isMetricName(name), "\(name) is no Prometheus metric name")
        precondition(labels.allSatisfy(Self.isLabelName), "\(labels) are no Prometheus label names")
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.seriesLimit = seriesLimit
        self.onOverflow = onOverflow
        self.make = make
    }

    /// The series with these label values, in the order the labels were declared; made at the first call.
    ///
    /// Beyond the registry's limit every new combination is the one named `_other`, so that a hostile or careless
    /// label cannot eat the memory.
    package func series(_ values: String...) -> Series {
        precondition(values.count == labels.count, "\(name) has labels \(labels)")
        let (found, isOverflow) = series.withLock { series -> (Series, Bool) in
            if let found = series[values] { return (found, false) }
            var key = values
            let isOverflow = series.count >= seriesLimit
            if isOverflow {
                key = labels.map { _ in "_other" }
                if let found = series[key] { return (found, true) }
            }
            let made = make()
            series[key] = made
            return (made, isOverflow)
        }
        if isOverflow { onOverflow() }
        return found
    }

    func expose(into text: inout String) {
        let all = series.withLock { $0.map { (labels: labelText(labels, $0.key), series: $0.value) } }
        guard !all.isEmpty else { return }
        text.appendFamily(name, help: help, kind: kind)
        for item in all.sorted(by: { $0.labels < $1.labels }) {
            item.series.expose(name: name, labels: item.labels, into: &text)
        }
    }

    private static func isMetricName(_ name: String) -> Bool {
        isName(name, alsoAllowed: ":")
    }

    private static func isLabelName(_ name: String) -> Bool {
        isName(name, alsoAllowed: "_") && !name.hasPrefix("__")
    }

    private static func isName(_ name: String, alsoAllowed: Unicode.Scalar) -> Bool {
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return name.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
                || $0 == alsoAllowed
        }
    }
}
