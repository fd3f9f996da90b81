import FoundationEssentials
import Logging
import ServiceAPI
import ServiceLifecycle
import Synchronization
import Telemetry

/// Works off the durable jobs, a bounded number at a time, until the service shuts down.
final class JobRunner: Service {
    private let jobs: JobStore
    private let steps: StepRunner
    private let limits: StepLimits
    private let workers: Int
    private let doorbell: Doorbell
    private let clock: @Sendable () -> Timestamp
    private let metrics: StoreMetrics
    private let logger: Logger
    private let running = Mutex<[String: Task<StepOutput, any Error>]>([:])

    init(
        jobs: JobStore, steps: StepRunner, limits: StepLimits, workers: Int, doorbell: Doorbell,
        clock: @escaping @Sendable () -> Timestamp, metrics: StoreMetrics, logger: Logger
    ) {
        self.jobs = jobs
        self.steps = steps
        self.limits = limits
        self.workers = workers
        self.doorbell = doorbell
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    func run() async throws {
        try await jobs.releaseAbandonedLeases()
        try await steps.documents.removeAbandonedFiles()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for number in 0..<self.workers {
                    group.addTask { await self.work(owner: "\(self.steps.content.instance)-\(number)") }
                }
            }
        }
    }

    /// Stops the step that is running for a document; what it would have written is not written.
    func cancel(_ document: String) {
        running.withLock { $0[document] }?.cancel()
    }

    private func work(owner: String) async {
        while !Task.isCancelled {
            let known = doorbell.rings
            do {
                if let (job, action) = try await jobs.claim(owner: owner, at: clock()) {
                    // One name for all that is done for this document, here and in the other services.
                    await RequestScope.$current.withValue(.background()) { await process(job, first: action) }
                } else {
                    let due = try await jobs.nextDue()
                    let pause = due.map { max(.milliseconds(10), $0 - clock()) } ?? .seconds(60)
                    await doorbell.wait(after: known, timeout: min(pause, .seconds(60)))
                }
            } catch is CancellationError {
                return
            } catch {
                logger.error("the job queue cannot be read", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Takes a document through its steps until it is done, has to wait, or is no longer this process's.
    private func process(_ job: ClaimedJob, first: JobMachine.Action) async {
        var logger = logger
        logger[metadataKey: "document"] = "\(job.document.id)"
        logger[metadataKey: "request_id"] = RequestScope.current.map { "\($0.requestID)" }
        var action: JobMachine.Action? = first
        do {
            while case .run(let step) = action {
                let start = ContinuousClock.now
                let outcome = await attempt(step, job, logger: logger)
                metrics.step(step.rawValue, outcome: outcome.name, duration: ContinuousClock.now - start)
                // The outcome is written though the service is shutting down: this is what makes it good order.
                action = try await Task { try await advance(job, outcome, logger: logger) }.value
                doorbell.ring()
            }
            if case .finish(let status) = action {
                metrics.document(status: status.rawValue)
                logger.info("document processed", metadata: ["status": "\(status.rawValue)"])
            }
            if first != action { doorbell.ring() }
        } catch {
            // The lease runs out or ends with the process; the step is then found running and tried again.
            logger.error("a step's outcome cannot be written", metadata: ["error": "\(error)"])
        }
    }

    /// Writes an outcome; while the store is away, what was worked for is kept as long as the lease lasts.
    private func advance(_ job: ClaimedJob, _ outcome: StepOutcome, logger: Logger) async throws -> JobMachine.Action? {
        let end = ContinuousClock.now + jobs.leaseDuration
        while true {
            do {
                return try await jobs.advance(job, outcome, at: clock())
            } catch let error as FeatureStoreError where error.code == .storageUnavailable && .now < end {
                logger.warning("a step's outcome waits for the store", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func attempt(_ step: StepName, _ job: ClaimedJob, logger: Logger) async -> StepOutcome {
        let task = Task { try await limits.run(step) { try await steps.run(step, of: job.document) } }
        running.withLock { $0[job.document.id] = task }
        defer { running.withLock { _ = $0.removeValue(forKey: job.document.id) } }
        do {
            let output = try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: StepOutput?.self) { group in
                    group.addTask { try await task.value }
                    group.addTask {
                        try await self.renewLease(job)
                        task.cancel()
                        return nil
                    }
                    defer { group.cancelAll() }
                    while let output = try await group.next() {
                        if let output { return output }
                    }
                    throw CancellationError()
                }
            } onCancel: {
                task.cancel()
            }
            return .succeeded(step, output)
        } catch {
            if Task.isCancelled || task.isCancelled { return .released(step) }
            let failure = StepFailure(error)
            logger.warning(
                "step failed",
                metadata: [
                    "step": "\(step.rawValue)", "class": "\(failure.failureClass.rawValue)", "code": "\(failure.code)",
                    "message": "\(failure.message)",
                ])
            return .failed(step, failure)
        }
    }

    /// Returns when the lease is lost.
    private func renewLease(_ job: ClaimedJob) async throws {
        while true {
            try await Task.sleep(for: jobs.leaseDuration / 3)
            do {
                guard try await jobs.renew(job, at: clock()) else { return }
            } catch let error as FeatureStoreError where error.code == .storageUnavailable {
                // It may be back before the lease runs out; whether it has is seen when the outcome is written.
                continue
            }
        }
    }
}
