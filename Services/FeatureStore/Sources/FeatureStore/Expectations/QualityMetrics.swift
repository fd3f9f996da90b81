import ServiceAPI
import Synchronization
import Telemetry

/// What is measured of features' quality and age.
package final class QualityMetrics: Sendable {
    private let violations: MetricFamily<Counter>
    private let held: MetricFamily<Counter>
    private let checks: MetricFamily<Counter>
    /// The greatest event time of each view's latest rows.
    private let newest = Mutex<[String: Timestamp]>([:])

    init(_ registry: MetricsRegistry, clock: @escaping @Sendable () -> Timestamp) {
        violations = registry.counters(
            "feature_store_expectation_violations_total", help: "Values or writes that were not as expected.",
            labels: ["feature_view", "feature", "expectation"])
        held = registry.counters(
            "feature_store_quarantined_rows_total", help: "Rows that were put into quarantine.",
            labels: ["feature_view"])
        checks = registry.counters(
            "feature_store_view_checks_total", help: "Checks of views on demand.", labels: ["feature_view", "outcome"])
        for name in ["feature_store_view_freshness_seconds", "feast_feature_freshness_seconds"] {
            let isFeasts = name.hasPrefix("feast")
            registry.observedFamily(
                name, help: "Time since the newest event of a view's latest rows.", kind: .gauge,
                labels: isFeasts ? ["feature_view", "project"] : ["feature_view"]
            ) { [weak self] in
                let now = clock()
                return (self?.newest.withLock { $0 } ?? [:]).map { name, event in
                    MetricSample(
                        labels: isFeasts ? [name, ""] : [name],
                        value: Double(now.microseconds - event.microseconds) / 1_000_000)
                }
            }
        }
    }

    func violated(_ view: String, _ violation: ViewExpectations.Violation) {
        violations.series(view, violation.feature, violation.expectation).increment()
    }

    func quarantined(_ view: String, _ rows: Int) { held.series(view).increment(by: rows) }

    func checked(_ view: String, passed: Bool) { checks.series(view, passed ? "passed" : "failed").increment() }

    /// Takes in what was written.
    func wrote(_ batches: [WriteBatch]) {
        for batch in batches where batch.target == .historyAndLatest {
            guard let event = batch.rows.lazy.map(\.event).max() else { continue }
            saw(batch.view.name, event)
        }
    }

    /// Takes in an event of a view's latest rows.
    func saw(_ view: String, _ event: Timestamp) {
        newest.withLock { $0[view] = max($0[view] ?? event, event) }
    }
}
