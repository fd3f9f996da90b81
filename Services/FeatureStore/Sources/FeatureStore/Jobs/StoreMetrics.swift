import Telemetry

/// What is measured of the work on documents.
struct StoreMetrics: Sendable {
    private let steps: MetricFamily<Counter>
    private let seconds: MetricFamily<Histogram>
    private let documents: MetricFamily<Counter>

    init(_ registry: MetricsRegistry) {
        steps = registry.counters(
            "feature_store_steps_total", help: "Attempts at a step of the document view.", labels: ["step", "outcome"])
        seconds = registry.histograms(
            "feature_store_step_duration_seconds", help: "Duration of an attempt at a step.", labels: ["step"])
        documents = registry.counters(
            "feature_store_documents_total", help: "Documents whose processing ended.", labels: ["status"])
    }

    func step(_ name: String, outcome: String, duration: Duration) {
        steps.series(name, outcome).increment()
        seconds.series(name).observe(duration / .seconds(1))
    }

    func document(status: String) {
        documents.series(status).increment()
    }
}
