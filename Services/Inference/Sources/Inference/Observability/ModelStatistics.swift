import FoundationEssentials
import Synchronization
import Telemetry

/// Counts and times of one version of a model, kept over reloads.
final class ModelStatistics: Sendable {
    /// How often, and how many ns together.
    struct Total: Sendable {
        var count: UInt64 = 0
        var ns: UInt64 = 0

        fileprivate mutating func add(_ ns: UInt64) {
            count += 1
            self.ns += ns
        }
    }

    /// Executions of one batch size.
    struct Batch: Sendable {
        var input = Total()
        var infer = Total()
        var output = Total()
    }

    /// Why a request failed, as Triton's metric calls it.
    enum Failure: String, Sendable, CaseIterable {
        case rejected = "REJECTED"
        case cancelled = "CANCELED"
        case backend = "BACKEND"
        case other = "OTHER"
    }

    struct Totals: Sendable {
        /// Unix time in ms; 0 before the first.
        var lastInference: UInt64 = 0
        /// Rows.
        var inferences: UInt64 = 0
        var executions: UInt64 = 0
        var success = Total()
        var fail = Total()
        var queue = Total()
        var input = Total()
        var infer = Total()
        var output = Total()
        var cacheHit = Total()
        var cacheMiss = Total()
        var failures: [Failure: UInt64] = [:]
        var batches: [Int: Batch] = [:]
    }

    let model: String
    let version: Int
    private let totals = Mutex(Totals())
    private let histograms: InferenceHistograms.Series

    init(model: String, version: Int, histograms: InferenceHistograms) {
        self.model = model
        self.version = version
        self.histograms = histograms.series(model: model, version: version)
    }

    var current: Totals { totals.withLock { $0 } }

    /// A request was answered.
    ///
    /// - Parameters:
    ///   - rows: Of its batch dimension.
    ///   - duration: From its arrival at the model to its outputs, in ns.
    func succeeded(rows: Int, timings: InferenceTimings, duration: UInt64) {
        let now = UInt64(Date().timeIntervalSince1970 * 1000)
        totals.withLock { totals in
            totals.lastInference = now
            totals.inferences += UInt64(rows)
            totals.success.add(duration)
            totals.queue.add(timings.queue)
            totals.input.add(timings.computeInput)
            totals.infer.add(timings.computeInfer)
            totals.output.add(timings.computeOutput)
            guard timings.executions > 0 else { return }
            totals.executions += UInt64(timings.executions)
            totals.batches[timings.batchSize, default: Batch()].add(timings)
        }
        histograms.observe(timings, duration: duration)
    }

    /// A request was answered from the cache.
    func hit(duration: UInt64) {
        let now = UInt64(Date().timeIntervalSince1970 * 1000)
        totals.withLock { totals in
            totals.lastInference = now
            totals.success.add(duration)
            totals.cacheHit.add(duration)
        }
        histograms.observe(duration: duration)
    }

    /// A request was not found in the cache; looking for it and keeping its answer took `duration` ns.
    func missed(duration: UInt64) {
        totals.withLock { $0.cacheMiss.add(duration) }
    }

    func failed(_ failure: Failure, duration: UInt64) {
        totals.withLock { totals in
            totals.fail.add(duration)
            totals.failures[failure, default: 0] += 1
        }
    }
}

extension ModelStatistics.Batch {
    fileprivate mutating func add(_ timings: InferenceTimings) {
        input.add(timings.computeInput)
        infer.add(timings.computeInfer)
        output.add(timings.computeOutput)
    }
}

extension ModelStatistics.Failure {
    init(_ error: any Error) {
        guard let error = error as? InferenceError else {
            self = error is CancellationError ? .cancelled : .other
            return
        }
        switch error.code {
        case .overloaded, .expired, .modelUnavailable, .rateLimited: self = .rejected
        case .cancelled: self = .cancelled
        case .engineFailed: self = .backend
        default: self = .other
        }
    }
}
