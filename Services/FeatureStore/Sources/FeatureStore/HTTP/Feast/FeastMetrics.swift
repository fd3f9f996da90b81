import ServiceAPI
import Telemetry

/// What Feast's feature server measures, under its names.
struct FeastMetrics: Sendable {
    private let requests: MetricFamily<Counter>
    private let latency: MetricFamily<Histogram>
    private let online: Counter
    private let entities: Histogram
    private let pushes: MetricFamily<Counter>
    private let materializations: MetricFamily<Counter>
    private let materializationSeconds: MetricFamily<Histogram>

    init(_ registry: MetricsRegistry) {
        requests = registry.counters(
            "feast_feature_server_request_total", help: "Requests on Feast's routes.", labels: ["endpoint", "status"])
        latency = registry.histograms(
            "feast_feature_server_request_latency_seconds", help: "Duration of requests on Feast's routes.",
            labels: ["endpoint", "feature_count", "feature_view_count"])
        online = registry.counter("feast_online_features_request_total", help: "Requests for online features.")
        entities = registry.histogram(
            "feast_online_features_entity_count", help: "Entity rows of a request for online features.",
            buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000])
        pushes = registry.counters(
            "feast_push_request_total", help: "Pushes by source and mode.", labels: ["push_source", "mode"])
        materializations = registry.counters(
            "feast_materialization_result_total", help: "Materializations by outcome.",
            labels: ["feature_view", "status"])
        materializationSeconds = registry.histograms(
            "feast_materialization_duration_seconds", help: "Duration of materializations.", labels: ["feature_view"])
    }

    /// Counts a request by its outcome.
    func measured<T>(_ endpoint: String, _ work: () async throws -> (T, features: Int, views: Int)) async throws -> T {
        let start = ContinuousClock.now
        do {
            let (answer, features, views) = try await work()
            requests.series(endpoint, "success").increment()
            // The numbers are those of a registry's features, so they are few.
            latency.series(endpoint, String(features), String(views)).observe(start.duration(to: .now))
            return answer
        } catch {
            requests.series(endpoint, "error").increment()
            throw error
        }
    }

    func read(entities count: Int) {
        online.increment()
        entities.observe(Double(count))
    }

    func pushed(_ source: String, mode: String) {
        pushes.series(source, mode).increment()
    }

    func materialized(_ view: String, succeeded: Bool, duration: Duration? = nil) {
        materializations.series(view, succeeded ? "success" : "failure").increment()
        if let duration { materializationSeconds.series(view).observe(duration) }
    }
}
