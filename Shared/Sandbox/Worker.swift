import Glibc

/// One persistent child of a pool.
///
/// Belongs to one request at a time.
struct Worker: Sendable {
    let process: SandboxedProcess
    let program: pid_t
    var served = 0

    /// Starts a worker and waits until it is ready.
    static func start(
        launcher: String,
        program: String,
        arguments: [String],
        policy: SandboxPolicy,
        limits: WorkerLimits
    ) async throws -> Worker {
        let process = try await SandboxedProcess.start(
            launcher,
            policy.options(timed: false) + ["--", program] + arguments
        )
        return try await withTaskCancellationHandler {
            try await onThread {
                let failure: SandboxError
                do {
                    let deadline = ContinuousClock.now + limits.startWithin
                    let first = try next(from: process, limits: limits, deadline: deadline)
                    // A quick worker is ready before the launcher has told that it started.
                    _ = process.pump(until: deadline) { process.program != nil }
                    if first?.kind == .ready, let program = process.program {
                        return Worker(process: process, program: program)
                    }
                    failure = SandboxError(
                        code: .cannotStart,
                        message: first == nil ? "\(program) ended at once" : "\(program) is no worker"
                    )
                } catch {
                    failure = SandboxError(code: .cannotStart, message: "\(program): \(error)")
                }
                // What ends by itself is left to end: how it did is the reason.
                if !process.outputHasEnded { process.kill() }
                let status = process.awaitEnd(within: .seconds(5))
                throw SandboxError(
                    code: .cannotStart,
                    message: status.failure ?? failure.message,
                    exit: status.ended?.exit,
                    errorOutput: process.errorTailText
                )
            }
        } onCancel: {
            process.kill()
        }
    }

    /// Sends a request; the first frame of the response is next.
    func send(_ payload: [UInt8]) {
        let frame = WorkerFrame(.request, payload)
        process.send(frame.header)
        process.send(frame.payload)
    }

    /// The next frame; nil when the worker has ended.
    /// - Parameter cpu: The worker's processor time since it started must not exceed this.
    /// - Throws: ``SandboxError`` `timedOut`, `limitExceeded`, `malformedResponse`.
    func next(
        limits: WorkerLimits,
        deadline: ContinuousClock.Instant,
        cpu: Duration
    ) async throws -> WorkerFrame? {
        try await onThread {
            while true {
                do throws(SandboxError) {
                    let pause = ContinuousClock.now + Self.cpuInterval
                    return try Self.next(from: process, limits: limits, deadline: min(deadline, pause))
                } catch {
                    guard error.code == .timedOut, .now < deadline else { throw error }
                }
                if let used = cpuTime, used > cpu { throw SandboxError(overrun: .cpu) }
            }
        }
    }

    /// How often the processor time of a working worker is looked at.
    private static let cpuInterval: Duration = .milliseconds(100)

    private static func next(
        from process: SandboxedProcess,
        limits: WorkerLimits,
        deadline: ContinuousClock.Instant
    ) throws(SandboxError) -> WorkerFrame? {
        process.incomingLimit = limits.frameBytes
        var frame: WorkerFrame?
        var failure: SandboxError?
        let inTime = process.pump(until: deadline) {
            do throws(SandboxError) {
                frame = try WorkerFrame.take(from: &process.incoming, limit: limits.frameBytes)
            } catch {
                failure = error
            }
            return frame != nil || failure != nil || process.outputHasEnded
        }
        if let failure { throw failure }
        if !inTime { throw SandboxError(overrun: .wall) }
        return frame
    }

    /// Ends the worker, if it has not ended itself, and says how it ended.
    func end(kill: Bool = true) async -> SandboxExit {
        if kill { process.kill() }
        let status = try? await onThread { process.awaitEnd(within: .seconds(5)) }
        return status?.ended?.exit ?? .signaled(SIGKILL)
    }

    /// Processor time since it started.
    var cpuTime: Duration? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(program, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Resident memory, in bytes.
    var residentMemory: Int {
        guard let file = fopen("/proc/\(program)/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}
