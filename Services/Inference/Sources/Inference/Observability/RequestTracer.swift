import Logging
import Synchronization

/// Logs where the time of requests went: of those that the trace settings sample, and of those that were slow.
final class RequestTracer: Sendable {
    fileprivate struct Scope {
        var settings: TraceSettings
        var seen = 0
    }

    private struct State {
        var global = Scope(settings: TraceSettings())
        var models: [String: Scope] = [:]
    }

    /// Models with settings of their own.
    private static let modelLimit = 1000

    private let state = Mutex(State())
    private let isTracing = Atomic<Bool>(false)
    /// In ns; nil logs none.
    private let slow: UInt64?

    init(slow: UInt64?) {
        self.slow = slow
    }

    /// The settings of a model, or of all that have none of their own.
    func settings(of model: String?) -> TraceSettings {
        state.withLock { state in
            model.flatMap { state.models[$0]?.settings } ?? state.global.settings
        }
    }

    /// Changes settings; an empty update of a model gives it those of all again.
    func update(
        _ model: String?, _ update: [String: TraceSettings.Value]
    ) throws(InferenceError) -> TraceSettings {
        try state.withLock { (state) throws(InferenceError) in
            defer {
                isTracing.store(
                    state.global.settings.isOn || state.models.values.contains { $0.settings.isOn }, ordering: .relaxed)
            }
            guard let model else {
                var settings = state.global.settings
                try settings.apply(update, fallback: TraceSettings())
                state.global = Scope(settings: settings)
                return settings
            }
            guard !update.isEmpty else {
                state.models[model] = nil
                return state.global.settings
            }
            guard state.models[model] != nil || state.models.count < Self.modelLimit else {
                throw InferenceError(.invalidRequest, "\(Self.modelLimit) models have trace settings already")
            }
            var settings = state.models[model]?.settings ?? state.global.settings
            try settings.apply(update, fallback: state.global.settings)
            state.models[model] = Scope(settings: settings)
            return settings
        }
    }

    /// A request was answered, `duration` ns after it had arrived at its model.
    func completed(
        _ model: ServedModel, _ timings: InferenceTimings, duration: UInt64, logger: @autoclosure () -> Logger
    ) {
        let isSlow = slow.map { duration > $0 } ?? false
        if isSlow { log("slow request", .warning, model, timings, duration, logger()) }
        guard isTracing.load(ordering: .relaxed), samples(model.name) else { return }
        log("trace", .info, model, timings, duration, logger())
    }

    private func samples(_ model: String) -> Bool {
        state.withLock { state in
            state.models[model] != nil ? state.models[model]!.samples() : state.global.samples()
        }
    }

    private func log(
        _ message: Logger.Message, _ level: Logger.Level, _ model: ServedModel, _ timings: InferenceTimings,
        _ duration: UInt64, _ logger: Logger
    ) {
        logger.log(
            level: level, message,
            metadata: [
                "model": "\(model.name)", "version": "\(model.version)", "duration_us": "\(duration / 1000)",
                "queue_us": "\(timings.queue / 1000)", "compute_input_us": "\(timings.computeInput / 1000)",
                "compute_infer_us": "\(timings.computeInfer / 1000)",
                "compute_output_us": "\(timings.computeOutput / 1000)", "batch_size": "\(timings.batchSize)",
            ])
    }
}

extension RequestTracer.Scope {
    /// Whether this request is traced; counts it.
    fileprivate mutating func samples() -> Bool {
        guard settings.isOn, settings.count != 0 else { return false }
        defer { seen = (seen + 1) % settings.rate }
        guard seen == 0 else { return false }
        if settings.count > 0 { settings.count -= 1 }
        return true
    }
}
