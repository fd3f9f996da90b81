import Telemetry

/// The distributions that counters cannot show, per model and version.
struct InferenceHistograms: Sendable {
    /// The histograms of one version, looked up once.
    struct Series: Sendable {
        fileprivate let request: Histogram
        fileprivate let queue: Histogram
        fileprivate let compute: Histogram
        fileprivate let batch: Histogram
        fileprivate let tokens: Histogram
        fileprivate let batchTokens: Histogram

        /// A request that needed no execution.
        func observe(duration: UInt64) { request.observe(Double(duration) * 1e-9) }

        func observe(_ timings: InferenceTimings, duration: UInt64) {
            request.observe(Double(duration) * 1e-9)
            queue.observe(Double(timings.queue) * 1e-9)
            compute.observe(Double(timings.computeInput + timings.computeInfer + timings.computeOutput) * 1e-9)
            if timings.executions > 0 { batch.observe(Double(timings.batchSize)) }
            guard timings.tokens > 0 else { return }
            tokens.observe(Double(timings.tokens))
            if timings.executions > 0 { batchTokens.observe(Double(timings.batchTokens)) }
        }
    }

    private let request: MetricFamily<Histogram>
    private let queue: MetricFamily<Histogram>
    private let compute: MetricFamily<Histogram>
    private let batch: MetricFamily<Histogram>
    private let tokens: MetricFamily<Histogram>
    private let batchTokens: MetricFamily<Histogram>

    /// In seconds: a small model takes a tenth of a millisecond, a large one on a long text a second.
    static let durations = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    /// Powers of two up to what a batch takes by default (`max_batch_tokens`), and one beyond.
    private static let tokenCounts = (3...15).map { Double(1 << $0) }
    private static let labels = ["model", "version"]

    init(_ metrics: MetricsRegistry) {
        request = metrics.histograms(
            "inference_request_duration_seconds", help: "Time from a request's arrival at its model to its outputs.",
            labels: Self.labels, buckets: Self.durations)
        queue = metrics.histograms(
            "inference_queue_duration_seconds", help: "Time that requests waited for an instance.",
            labels: Self.labels, buckets: Self.durations)
        compute = metrics.histograms(
            "inference_compute_duration_seconds",
            help: "Time that requests' executions took, inputs and outputs included.",
            labels: Self.labels, buckets: Self.durations)
        batch = metrics.histograms(
            "inference_batch_size", help: "Rows that were executed together.", labels: Self.labels,
            buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        tokens = metrics.histograms(
            "inference_request_tokens", help: "Rows times length of requests to models with a ragged axis.",
            labels: Self.labels, buckets: Self.tokenCounts)
        batchTokens = metrics.histograms(
            "inference_batch_tokens", help: "Rows times length of what was executed together, padding included.",
            labels: Self.labels, buckets: Self.tokenCounts)
    }

    func series(model: String, version: Int) -> Series {
        let version = String(version)
        return Series(
            request: request.series(model, version), queue: queue.series(model, version),
            compute: compute.series(model, version), batch: batch.series(model, version),
            tokens: tokens.series(model, version), batchTokens: batchTokens.series(model, version))
    }
}
