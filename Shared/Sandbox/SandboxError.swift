/// Why the sandbox could not give what was asked for.
package struct SandboxError: Error, Sendable, Hashable {
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String
        /// The launcher or the program is missing or cannot be started; the operator's to mend.
        package static let cannotStart = Self(description: "cannot_start")
        /// The worker crashed or left while it had a request.
        package static let crashed = Self(description: "crashed")
        /// The request took more memory, processor time, … than allowed.
        package static let limitExceeded = Self(description: "limit_exceeded")
        /// The request took longer than allowed.
        package static let timedOut = Self(description: "timed_out")
        /// All workers are busy and the queue is full; come back later.
        package static let overloaded = Self(description: "overloaded")
        /// The pool is shutting down.
        package static let closed = Self(description: "closed")
        /// The worker sent what is no frame, or too much.
        package static let malformedResponse = Self(description: "malformed_response")
    }

    package var code: Code
    package var message: String
    /// How the program ended, where it did.
    package var exit: SandboxExit?
    /// The last lines of its standard error: for the log, never for a response.
    package var errorOutput: String

    package init(code: Code, message: String, exit: SandboxExit? = nil, errorOutput: String = "") {
        self.code = code
        self.message = message
        self.exit = exit
        self.errorOutput = errorOutput
    }
}

extension SandboxError {
    /// The error of a request whose worker ended in this way.
    init(worker: String, exit: SandboxExit, errorOutput: String) {
        self.init(
            code: Self.code(of: exit),
            message: "the \(worker) process \(exit)",
            exit: exit,
            errorOutput: errorOutput
        )
    }

    /// A limit that the pool itself found exceeded; the pool says whose.
    init(overrun exit: SandboxExit) { self.init(code: Self.code(of: exit), message: "\(exit)", exit: exit) }

    private static func code(of exit: SandboxExit) -> Code {
        switch exit {
        case .exited, .signaled: .crashed
        case .memory, .cpu, .fileSize, .processes, .tasks: .limitExceeded
        case .wall: .timedOut
        case .terminated: .closed
        }
    }
}

extension SandboxError: CustomStringConvertible {
    package var description: String { message }
}
