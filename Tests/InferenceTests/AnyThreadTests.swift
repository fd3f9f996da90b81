import FoundationEssentials
import ServiceTesting
import Testing

/// Short requests to a backend that runs on any thread are run where they arrive.
@Suite struct AnyThreadTests {
    private func executions(_ repository: ModelRepository) -> [Substring] {
        repository.read("log").split(separator: "\n")
    }

    private func serve(
        _ repository: ModelRepository, upTo microseconds: Int = 1_000_000, _ parameters: String = "",
        plugin: TestBackend.Defect = .anyThread,
        _ body: (InferenceServer) async throws -> Void
    ) async throws {
        try repository.addEcho(
            "echo", parameters: #""log": "\#(repository.path)/log"\#(parameters)"#,
            extra: #""inline_microseconds": \#(microseconds),"#)
        try await InferenceServer.with(repository, plugins: ["test": TestBackend.plugin(plugin)], body)
    }

    @Test func shortRequestsRunWhereTheyArrive() async throws {
        let repository = try ModelRepository()
        try await serve(repository) { server in
            for number in 0..<50 {
                let answer = try await server.infer("echo", "[\(number)]", shape: "[1]")
                #expect(try answer.values(Float.self) == [Float(number)])
            }
            let lines = executions(repository)
            // How long it takes is not known before the first.
            #expect(lines.count == 50 && lines[0] == "executed")
            // One that comes before the thread waits again is left to it.
            #expect(lines.count { $0 == "executed elsewhere" } > 10)
        }
    }

    @Test func longOnesRunOnTheInstancesThread() async throws {
        let repository = try ModelRepository()
        try await serve(repository, upTo: 1000, #", "sleep_ms": 2"#) { server in
            for _ in 0..<20 {
                let answer = try await server.infer("echo", "[1]", shape: "[1]")
                #expect(answer.status == 200)
            }
            #expect(executions(repository) == Array(repeating: "executed", count: 20))
        }
    }

    /// The plugin refuses other threads.
    @Test func pluginsThatDoNotSaySoKeepTheirThread() async throws {
        let repository = try ModelRepository()
        try await serve(repository, plugin: .none) { server in
            for _ in 0..<50 {
                let answer = try await server.infer("echo", "[1]", shape: "[1]")
                #expect(answer.status == 200)
            }
        }
    }

    /// Those that find the instance busy wait for it as always.
    @Test func requestsAtOnceAreEachRunOnce() async throws {
        let repository = try ModelRepository()
        try await serve(repository) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<16 {
                    group.addTask {
                        for number in 0..<25 {
                            let value = Float(client * 100 + number)
                            let answer = try await server.infer("echo", "[\(value)]", shape: "[1]")
                            #expect(try answer.values(Float.self) == [value])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(executions(repository).count == 400)
        }
    }
}
