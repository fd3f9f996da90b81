import Logging
import Sandbox
import ServiceTesting
import Testing

/// The programs that misbehave, and a sandbox for them.
enum Probes {
    static func path(_ name: String) throws -> String { try #require(Executables.sibling(named: name)) }
    static var program: String { get throws { try path("sandbox-probe") } }
    static var worker: String { get throws { try path("sandbox-worker-probe") } }

    static var sandbox: Sandbox {
        get throws { try Sandbox(logger: Logger(label: "sandbox-tests") { _ in SwiftLogNoOpLogHandler() }) }
    }

    static func run(
        _ arguments: String..., input: [UInt8] = [], outputLimit: Int = 1 << 20,
        adjust: (inout SandboxPolicy) -> Void = { _ in }
    ) async throws -> SandboxResult {
        var policy = SandboxPolicy(cpu: .seconds(10), wall: .seconds(20))
        adjust(&policy)
        return try await sandbox.run(program, arguments, policy: policy, input: input, outputLimit: outputLimit)
    }

    static func pool(
        workers: Int = 1, waiting: Int = 16, recycleAfter: Int = 500, recycleAbove: Int = 1 << 30,
        program: String? = nil, arguments: [String] = [], adjust: (inout SandboxPolicy) -> Void = { _ in }
    ) throws -> WorkerPool {
        var policy = SandboxPolicy(memory: 256 << 20, cpu: .seconds(5), wall: .seconds(20))
        policy.admitOwnLibraries()
        adjust(&policy)
        return WorkerPool(
            name: "probe", program: try program ?? worker, arguments: arguments, policy: policy,
            limits: WorkerLimits(
                workers: workers, waiting: waiting, recycleAfter: recycleAfter, recycleAbove: recycleAbove,
                frameBytes: 4 << 20, responseBytes: 16 << 20),
            sandbox: try sandbox)
    }
}

/// A pool for the length of a test.
func withPool<Value>(_ pool: WorkerPool, _ body: (WorkerPool) async throws -> Value) async throws -> Value {
    do {
        let value = try await body(pool)
        await pool.shutdown()
        return value
    } catch {
        await pool.shutdown()
        throw error
    }
}

extension WorkerPool {
    /// The parts of the response as text.
    func ask(_ request: String, wall: Duration? = nil) async throws -> [String] {
        try await self.request(Array(request.utf8), wall: wall).map { String(decoding: $0, as: UTF8.self) }
    }
}
