import FoundationEssentials
import Glibc
import Logging

/// What the running kernel, or the container around the process, offers the sandbox.
package struct SandboxSupport: Sendable, Decodable {
    package var kernel: String
    package var landlockABI: Int
    package var seccompFilter: Bool
    package var ptrace: Bool
    /// What does not hold here, in words; empty when everything does.
    package var missing: [String]

    private enum CodingKeys: String, CodingKey {
        case kernel
        case landlockABI = "landlock_abi"
        case seccompFilter = "seccomp_filter"
        case ptrace
        case missing
    }
}

extension Sandbox {
    /// The launcher that the environment names.
    static var named: String? { getenv("QUINION_SANDBOX").map { String(cString: $0) } }

    /// Asks the launcher what the kernel offers.
    package func support() async throws -> SandboxSupport {
        let process = try await SandboxedProcess.start(launcher, ["--report-support"])
        let output = try await onThread {
            process.incomingLimit = 64 << 10
            _ = process.pump(until: .now + .seconds(10)) { process.outputHasEnded }
            let output = process.incoming
            process.kill()
            _ = process.awaitEnd(within: .seconds(5))
            return output
        }
        do {
            return try JSONDecoder().decode(SandboxSupport.self, from: Data(output))
        } catch {
            throw SandboxError(code: .cannotStart, message: "\(launcher) --report-support answered no JSON")
        }
    }

    /// Logs once, at start, what the kernel lacks.
    package func logSupport() async throws {
        let support = try await support()
        let facts: Logger.Metadata = [
            "kernel": "\(support.kernel)", "landlock_abi": "\(support.landlockABI)", "launcher": "\(launcher)",
        ]
        for missing in support.missing { logger.warning("The sandbox lacks \(missing)", metadata: facts) }
        if support.missing.isEmpty { logger.info("The sandbox is complete", metadata: facts) }
    }
}
