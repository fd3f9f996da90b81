/// How a sandboxed program ended.
package enum SandboxExit: Sendable, Hashable {
    case exited(Int32)
    /// A signal that nobody outside the program sent, mostly a crash.
    case signaled(Int32)
    case memory
    case cpu
    case wall
    case fileSize
    case processes
    case tasks
    /// Ended from outside: cancelled, or its pool shut down.
    case terminated
}

extension SandboxExit: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signaled(let signal): "crashed with signal \(signal)\(Self.names[signal].map { " (\($0))" } ?? "")"
        case .memory: "used more memory than allowed"
        case .cpu: "used more processor time than allowed"
        case .wall: "took more time than allowed"
        case .fileSize: "wrote a larger file than allowed"
        case .processes: "started more processes than allowed"
        case .tasks: "started more threads than allowed"
        case .terminated: "was stopped"
        }
    }

    private static let names: [Int32: String] = [
        4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE",
        15: "SIGTERM", 31: "SIGSYS",
    ]
}

/// What a program that ran once left behind.
package struct SandboxResult: Sendable {
    package var exit: SandboxExit
    /// At most as many bytes as the caller asked for; the rest is discarded.
    package var output: [UInt8]
    package var outputIsTruncated: Bool
    /// The last bytes of standard error.
    package var errorOutput: [UInt8]
    /// Processor time of all its processes.
    package var cpu: Duration
    /// Highest resident memory seen, in bytes.
    package var peakMemory: Int

    /// Standard error as text, for a log or a message.
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}
