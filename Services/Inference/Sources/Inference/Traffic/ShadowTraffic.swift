import ServiceLifecycle
import Synchronization
import Telemetry

/// Tries requests that were answered on another version, and counts where the two disagree.
///
/// What cannot be tried at once is dropped: clients neither wait for it nor hear of it.
final class ShadowTraffic: Service {
    private struct Trial: Sendable {
        var model: String
        var shadow: TrafficPolicy.Shadow
        var request: ModelRequest
        var outputs: [OutputTensor]
        var bytes: Int
    }

    private struct Load {
        var count = 0
        var bytes = 0
    }

    /// Requests that wait or run, and the bytes of their inputs and outputs.
    private static let countLimit = 16
    private static let byteLimit = 128 << 20
    /// After which a trial has failed.
    private static let patience = Duration.seconds(30)

    private let catalog: ModelCatalog
    private let results: MetricFamily<Counter>
    private let durations: MetricFamily<Histogram>
    private let load = Mutex(Load())
    private let trials: AsyncStream<Trial>
    private let continuation: AsyncStream<Trial>.Continuation

    init(catalog: ModelCatalog, _ metrics: MetricsRegistry) {
        self.catalog = catalog
        results = metrics.counters(
            "inference_shadow_requests_total",
            help:
                "Requests tried on a shadow version: agreed, disagreed, failed, or dropped because too many were there.",
            labels: ["model", "version", "result"])
        durations = metrics.histograms(
            "inference_shadow_duration_seconds", help: "Time that a shadow version took to answer.",
            labels: ["model", "version"], buckets: InferenceHistograms.durations)
        (trials, continuation) = AsyncStream.makeStream()
    }

    /// Has a request tried that was answered with `outputs`.
    func offer(
        _ request: ModelRequest, answered outputs: [OutputTensor], by model: String, on shadow: TrafficPolicy.Shadow
    ) {
        let bytes =
            request.inputs.reduce(0) { $0 + $1.bytes.count } + outputs.reduce(0) { $0 + $1.bytes.count }
        let isTaken = load.withLock { load in
            guard load.count < Self.countLimit, load.bytes + bytes <= Self.byteLimit else { return false }
            load.count += 1
            load.bytes += bytes
            return true
        }
        guard isTaken else { return count("dropped", model, shadow) }
        continuation.yield(Trial(model: model, shadow: shadow, request: request, outputs: outputs, bytes: bytes))
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await trial in self.trials { group.addTask { await self.run(trial) } }
            }
        }
    }

    private func run(_ trial: Trial) async {
        var request = trial.request
        request.answerBy = .now + Self.patience
        request.endBy = request.answerBy
        let start = ContinuousClock.now
        do {
            let outputs = try await catalog.withModel(trial.model, .number(trial.shadow.version)) { model in
                try await model.answer(request).answer.outputs
            }
            durations.series(trial.model, String(trial.shadow.version))
                .observe(Double((ContinuousClock.now - start).nanoseconds) * 1e-9)
            let agrees = OutputComparison.agrees(trial.outputs, outputs, tolerance: trial.shadow.tolerance)
            count(agrees ? "agreed" : "disagreed", trial.model, trial.shadow)
        } catch {
            count("failed", trial.model, trial.shadow)
        }
        load.withLock { load in
            load.count -= 1
            load.bytes -= trial.bytes
        }
    }

    private func count(_ result: String, _ model: String, _ shadow: TrafficPolicy.Shadow) {
        results.series(model, String(shadow.version), result).increment()
    }
}
