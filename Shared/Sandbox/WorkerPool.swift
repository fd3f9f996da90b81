import Logging
import Synchronization

/// Persistent sandboxed children that answer requests, one request at a time each.
///
/// A child that dies or exceeds a limit is replaced; its request gets an error that says why, the others are untouched.
package final class WorkerPool: Sendable {
    private struct State {
        var idle: [Worker] = []
        var backoff = StartBackoff()
        var isClosed = false
    }

    package let name: String
    private let program: String
    private let arguments: [String]
    private let policy: SandboxPolicy
    private let limits: WorkerLimits
    private let launcher: String
    private let logger: Logger
    private let permits: Permits
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: What the workers are, for messages: "the PDF process crashed …".
    ///   - program: Absolute path of an executable that runs a ``WorkerChannel``.
    ///   - policy: `cpu` and `wall` hold per request.
    package init(
        name: String,
        program: String,
        arguments: [String] = [],
        policy: SandboxPolicy,
        limits: WorkerLimits,
        sandbox: Sandbox
    ) {
        self.name = name
        self.program = program
        self.arguments = arguments
        self.policy = policy
        self.limits = limits
        launcher = sandbox.launcher
        logger = sandbox.logger
        permits = Permits(limits.workers, waiting: limits.waiting, name: name)
    }

    /// Sends a request to a worker and hands each part of the response on as it comes; the worker waits meanwhile.
    ///
    /// Cancellation, and an error that `onPart` throws, end the worker.
    /// - Parameter wall: Time for this request, from when a worker has it; by default the policy's.
    /// - Throws: ``WorkerFailure`` when the worker refuses, ``SandboxError`` when it died, exceeded a limit or none was free,
    ///   `CancellationError`.
    package func request(
        _ payload: [UInt8],
        wall: Duration? = nil,
        onPart: (_ part: [UInt8]) async throws -> Void
    ) async throws {
        try await permits.acquire()
        defer { permits.release() }
        var worker = try await takeWorker()
        let answer: Result<Void, any Error>
        do {
            try await withTaskCancellationHandler {
                try await exchange(payload, with: worker, wall: wall ?? policy.wall, onPart: onPart)
            } onCancel: { [process = worker.process] in
                process.kill()
            }
            answer = .success(())
        } catch let refusal as WorkerFailure {
            answer = .failure(refusal)
        } catch {
            // The stream of frames is in an unknown place, or the worker is gone.
            let exit = await worker.end(kill: !(error is WorkerEnded))
            throw reason(for: error, exit: exit, worker: worker)
        }
        worker.served += 1
        await putBack(worker)
        try answer.get()
    }

    /// Sends a request and collects the parts of the response.
    package func request(_ payload: [UInt8], wall: Duration? = nil) async throws -> [[UInt8]] {
        var parts: [[UInt8]] = []
        try await request(payload, wall: wall) { parts.append($0) }
        return parts
    }

    /// Refuses new requests and ends the idle workers; busy ones end with their request.
    package func shutdown() async {
        permits.close()
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for worker in idle { _ = await worker.end() }
    }

    // MARK: One exchange

    /// The worker closed its output in the middle of a response.
    private struct WorkerEnded: Error {}

    private func exchange(
        _ payload: [UInt8],
        with worker: Worker,
        wall: Duration,
        onPart: ([UInt8]) async throws -> Void
    ) async throws {
        let deadline = ContinuousClock.now + wall
        let cpu = (worker.cpuTime ?? .zero) + policy.cpu
        worker.send(payload)
        var left = limits.responseBytes
        while let frame = try await worker.next(limits: limits, deadline: deadline, cpu: cpu) {
            switch frame.kind {
            case .part:
                left -= frame.payload.count
                guard left >= 0 else {
                    throw SandboxError(
                        code: .malformedResponse,
                        message: "sent a response of more than \(limits.responseBytes) bytes"
                    )
                }
                try await onPart(frame.payload)
            case .end: return
            case .failure: throw WorkerFailure(payload: frame.payload)
            case .ready, .request:
                throw SandboxError(code: .malformedResponse, message: "sent a frame that no worker sends")
            }
        }
        throw WorkerEnded()
    }

    private func reason(for error: any Error, exit: SandboxExit, worker: Worker) -> any Error {
        if Task.isCancelled { return CancellationError() }
        let errorOutput = worker.process.errorTailText
        var reason: any Error = error
        if error is WorkerEnded {
            reason = SandboxError(worker: name, exit: exit, errorOutput: errorOutput)
        } else if let error = error as? SandboxError {
            reason = SandboxError(
                code: error.code,
                message: "the \(name) process \(error.message)",
                exit: error.exit ?? exit,
                errorOutput: errorOutput
            )
        }
        logger.warning(
            "Worker replaced",
            metadata: [
                "worker": "\(name)", "reason": "\(reason)", "exit": "\(exit)", "served": "\(worker.served)",
                "stderr": "\(errorOutput.suffix(2000))",
            ]
        )
        return reason
    }

    // MARK: Workers' lives

    private func takeWorker() async throws -> Worker {
        let (idle, notBefore) = state.withLock { ($0.idle.popLast(), $0.backoff.notBefore) }
        if let idle { return idle }
        if let notBefore, notBefore > .now { try await Task.sleep(until: notBefore, clock: .continuous) }
        do {
            let worker = try await Worker.start(
                launcher: launcher,
                program: program,
                arguments: arguments,
                policy: policy,
                limits: limits
            )
            state.withLock { $0.backoff.succeeded() }
            return worker
        } catch {
            if Task.isCancelled { throw CancellationError() }
            state.withLock { $0.backoff.failed(at: .now) }
            logger.error("Worker does not start", metadata: ["worker": "\(name)", "reason": "\(error)"])
            throw error
        }
    }

    private func putBack(_ worker: Worker) async {
        let isSpent = worker.served >= limits.recycleAfter || worker.residentMemory > limits.recycleAbove
        let isKept = state.withLock { state in
            guard !isSpent && !state.isClosed else { return false }
            state.idle.append(worker)
            return true
        }
        if !isKept { _ = await worker.end() }
    }
}
