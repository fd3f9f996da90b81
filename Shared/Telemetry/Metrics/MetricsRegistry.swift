import Synchronization

/// The metrics of one service, in Prometheus' text exposition format 0.0.4.
///
/// Families are looked up by name only when they are created; code on a hot path keeps the series it was given.
package final class MetricsRegistry: Sendable {
    /// How many label combinations a family may have before further ones are counted together as `_other`.
    package let seriesLimit: Int

    private let families = Mutex<[String: any ExposedFamily]>([:])
    private let overflow: MetricFamily<Counter>

    package init(seriesLimit: Int = 500) {
        self.seriesLimit = seriesLimit
        overflow = MetricFamily(
            name: "metrics_series_overflow_total",
            help: "Label combinations beyond a metric's limit, counted together as _other.",
            kind: .counter,
            labels: ["metric"],
            seriesLimit: .max
        ) { Counter() }
        families.withLock { $0[overflow.name] = overflow }
    }

    /// A counter without labels; its name ends in `_total`.
    package func counter(_ name: String, help: String) -> Counter {
        counters(name, help: help, labels: []).series()
    }

    /// Counters that differ by their labels.
    package func counters(_ name: String, help: String, labels: [String]) -> MetricFamily<Counter> {
        precondition(name.hasSuffix("_total"), "the name of counter \(name) must end in _total")
        return family(name, help: help, kind: .counter, labels: labels) { Counter() }
    }

    /// A gauge without labels.
    package func gauge(_ name: String, help: String) -> Gauge {
        gauges(name, help: help, labels: []).series()
    }

    /// Gauges that differ by their labels.
    package func gauges(_ name: String, help: String, labels: [String]) -> MetricFamily<Gauge> {
        family(name, help: help, kind: .gauge, labels: labels) { Gauge() }
    }

    /// A histogram without labels.
    ///
    /// `buckets` are ascending upper bounds, in the unit of the name's suffix.
    package func histogram(_ name: String, help: String, buckets: [Double] = Histogram.durations) -> Histogram {
        histograms(name, help: help, labels: [], buckets: buckets).series()
    }

    /// Histograms that differ by their labels.
    package func histograms(
        _ name: String,
        help: String,
        labels: [String],
        buckets: [Double] = Histogram.durations
    ) -> MetricFamily<Histogram> {
        family(name, help: help, kind: .histogram, labels: labels) { Histogram(buckets: buckets) }
    }

    /// A gauge whose value is read when somebody asks for it.
    package func observedGauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        _ = family(name, help: help, kind: .gauge, labels: []) { ObservedValue(read: read) }.series()
    }

    /// A counter whose value is read when somebody asks for it.
    package func observedCounter(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        _ = family(name, help: help, kind: .counter, labels: []) { ObservedValue(read: read) }.series()
    }

    /// A family whose series are read when somebody asks for them.
    ///
    /// The name is taken as it is, because it may be another server's that clients know.
    package func observedFamily(
        _ name: String, help: String, kind: MetricKind, labels: [String],
        read: @escaping @Sendable () -> [MetricSample]
    ) {
        families.withLock {
            $0[name] = ObservedFamily(name: name, help: help, kind: kind, labels: labels, read: read)
        }
    }

    /// All metrics as text, families by name and series by label.
    package func exposition() -> String {
        let all = families.withLock { Array($0.values) }
        var text = ""
        text.reserveCapacity(16 * 1024)
        for family in all.sorted(by: { $0.name < $1.name }) {
            family.expose(into: &text)
        }
        return text
    }

    private func family<Series: MetricSeries>(
        _ name: String,
        help: String,
        kind: MetricKind,
        labels: [String],
        make: @escaping @Sendable () -> Series
    ) -> MetricFamily<Series> {
        families.withLock { families in
            if let existing = families[name] {
                guard let family = existing as? MetricFamily<Series>, family.labels == labels else {
                    preconditionFailure("metric \(name) exists with another type or other labels")
                }
                return family
            }
            let overflow = overflow
            let family = MetricFamily(
                name: name, help: help, kind: kind, labels: labels, seriesLimit: seriesLimit,
                onOverflow: { overflow.series(name).increment() }, make: make)
            families[name] = family
            return family
        }
    }
}
