package import Logging

/// Starts programs that read untrusted bytes: without network or new privileges, within a policy's limits.
package struct Sandbox: Sendable {
    package let launcher: String
    package let logger: Logger

    /// - Parameter launcher: `quinion-sandbox`; by default the one that `QUINION_SANDBOX` names, or beside the running
    ///   executable.
    /// - Throws: ``SandboxError`` `cannotStart` when there is none.
    package init(launcher: String? = nil, logger: Logger) throws(SandboxError) {
        guard let found = launcher ?? Self.named ?? Executables.sibling(named: "quinion-sandbox") else {
            throw SandboxError(
                code: .cannotStart,
                message: "quinion-sandbox is not beside the executable; set QUINION_SANDBOX to its path"
            )
        }
        self.launcher = found
        self.logger = logger
    }

    /// Runs a program once, to its end.
    ///
    /// Cancellation ends the program and everything below it.
    /// - Parameters:
    ///   - program: Absolute path.
    ///   - input: What it reads from standard input.
    ///   - outputLimit: Bytes of standard output to keep.
    /// - Throws: ``SandboxError`` `cannotStart`, `CancellationError`. How the program ended is part of the result.
    package func run(
        _ program: String,
        _ arguments: [String] = [],
        policy: SandboxPolicy,
        input: [UInt8] = [],
        outputLimit: Int = 1 << 20
    ) async throws -> SandboxResult {
        try Task.checkCancellation()
        let process = try await SandboxedProcess.start(
            launcher,
            policy.options(timed: true) + ["--", program] + arguments
        )
        let result = try await withTaskCancellationHandler {
            try await onThread { [wall = policy.wall] () -> SandboxResult? in
                process.incomingLimit = outputLimit
                process.discardsExcess = true
                process.send(input, last: true)
                // The launcher holds the time; this is for a launcher that cannot.
                let inTime = process.pump(until: .now + wall + .seconds(10)) { false }
                if !inTime { process.kill() }
                let output = process.incoming
                let truncated = process.discarded
                let status = process.awaitEnd(within: .seconds(5))
                if let failure = status.failure { throw SandboxError(code: .cannotStart, message: failure) }
                guard status.program != nil else { return nil }
                return SandboxResult(
                    exit: status.ended?.exit ?? (inTime ? .signaled(9) : .wall),
                    output: output,
                    outputIsTruncated: truncated,
                    errorOutput: process.errorTail,
                    cpu: status.ended?.cpu ?? .zero,
                    peakMemory: status.ended?.peakMemory ?? 0
                )
            }
        } onCancel: {
            process.kill()
        }
        try Task.checkCancellation()
        guard let result else {
            throw SandboxError(code: .cannotStart, message: "\(launcher) ended before \(program) started")
        }
        return result
    }
}
