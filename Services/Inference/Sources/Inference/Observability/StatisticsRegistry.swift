import Synchronization
import Telemetry

/// The statistics of every version that was loaded since the start, and their face to Prometheus under Triton's names.
final class StatisticsRegistry: Sendable {
    private struct Key: Hashable {
        var model: String
        var version: Int
    }

    private let histograms: InferenceHistograms
    private let all = Mutex<[Key: ModelStatistics]>([:])
    private let limit: Int

    private static let labels = ["model", "version"]

    init(_ metrics: MetricsRegistry) {
        histograms = InferenceHistograms(metrics)
        limit = metrics.seriesLimit
        counter(metrics, "nv_inference_request_success", "Requests that were answered.") { $0.success.count }
        counter(metrics, "nv_inference_count", "Rows that were executed.") { $0.inferences }
        counter(metrics, "nv_inference_exec_count", "Executions, each of a batch.") { $0.executions }
        duration(metrics, "request", "Time of requests from arrival to outputs") { $0.success }
        duration(metrics, "queue", "Time that requests waited") { $0.queue }
        duration(metrics, "compute_input", "Time to gather inputs") { $0.input }
        duration(metrics, "compute_infer", "Time inside the engine") { $0.infer }
        duration(metrics, "compute_output", "Time to hand outputs out") { $0.output }
        counter(metrics, "nv_cache_num_hits_per_model", "Requests answered from the cache.") { $0.cacheHit.count }
        counter(metrics, "nv_cache_num_misses_per_model", "Requests not found in the cache.") { $0.cacheMiss.count }
        counter(metrics, "nv_cache_hit_duration_per_model", "Time of cache hits, in microseconds.") {
            $0.cacheHit.ns / 1000
        }
        counter(metrics, "nv_cache_miss_duration_per_model", "Time of cache misses, in microseconds.") {
            $0.cacheMiss.ns / 1000
        }
        metrics.observedFamily(
            "nv_inference_request_failure", help: "Requests that failed, by reason.", kind: .counter,
            labels: Self.labels + ["reason"]
        ) { [weak self] in
            (self?.snapshots ?? []).flatMap { model, version, totals in
                ModelStatistics.Failure.allCases.map { failure in
                    MetricSample(
                        labels: [model, version, failure.rawValue], value: Double(totals.failures[failure] ?? 0))
                }
            }
        }
    }

    /// Shows how many requests wait for an instance.
    func observePending(of catalog: ModelCatalog, _ metrics: MetricsRegistry) {
        metrics.observedFamily(
            "nv_inference_pending_request_count", help: "Requests that wait for an instance.", kind: .gauge,
            labels: Self.labels
        ) { [weak catalog] in
            (catalog?.allServed ?? []).map {
                MetricSample(labels: [$0.name, String($0.version)], value: Double($0.pendingCount))
            }
        }
    }

    /// The statistics of a version, made at the first call.
    ///
    /// Beyond the registry's limit a version counts for itself alone: clients can make names, but not memory.
    func statistics(model: String, version: Int) -> ModelStatistics {
        all.withLock { all in
            let key = Key(model: model, version: version)
            if let found = all[key] { return found }
            let made = ModelStatistics(model: model, version: version, histograms: histograms)
            if all.count < limit { all[key] = made }
            return made
        }
    }

    private var snapshots: [(model: String, version: String, totals: ModelStatistics.Totals)] {
        all.withLock { Array($0.values) }.map { ($0.model, String($0.version), $0.current) }
    }

    private func counter(
        _ metrics: MetricsRegistry, _ name: String, _ help: String,
        _ value: @escaping @Sendable (ModelStatistics.Totals) -> UInt64
    ) {
        metrics.observedFamily(name, help: help, kind: .counter, labels: Self.labels) { [weak self] in
            (self?.snapshots ?? []).map {
                MetricSample(labels: [$0.model, $0.version], value: Double(value($0.totals)))
            }
        }
    }

    private func duration(
        _ metrics: MetricsRegistry, _ what: String, _ help: String,
        _ total: @escaping @Sendable (ModelStatistics.Totals) -> ModelStatistics.Total
    ) {
        counter(metrics, "nv_inference_\(what)_duration_us", "\(help), in microseconds.") { total($0).ns / 1000 }
    }
}
