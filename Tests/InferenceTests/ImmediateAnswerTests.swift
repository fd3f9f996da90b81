import FoundationEssentials
import ServiceTesting
import Testing

/// Requests that are answered before a task is made for them get what they would get otherwise.
@Suite struct ImmediateAnswerTests {
    /// "fast" is answered at once where it may be, "slow" never.
    private func serve(
        _ extra: String = "", flags: [String] = [], _ body: (InferenceServer, ModelRepository) async throws -> Void
    ) async throws {
        let repository = try ModelRepository()
        for (name, limit) in [("fast", 1_000_000), ("slow", 0)] {
            try repository.addEcho(
                name, parameters: #""log": "\#(repository.path)/log-\#(name)""#,
                extra: #""inline_microseconds": \#(limit), \#(extra)"#)
        }
        let plugins = ["test": try TestBackend.plugin(.anyThread)]
        try await InferenceServer.with(repository, flags: flags, plugins: plugins) { server in
            // How long it takes is not known before the first.
            for name in ["fast", "slow"] { try await ask(server, name, "[1]", shape: "[1]") }
            try await body(server, repository)
        }
    }

    private func ask(_ server: InferenceServer, _ model: String, _ data: String, shape: String) async throws {
        let answer = try await server.infer(model, data, shape: shape)
        #expect(answer.status == 200)
    }

    private static let input = #"{"name": "x", "datatype": "FP32", "shape": [2], "data": [0.5, -3]}"#

    @Test(arguments: [
        #"{"inputs": [\#(input)]}"#,
        #"{"id": "é-1", "inputs": [\#(input)], "outputs": [{"name": "y"}]}"#,
        #"{"inputs": [\#(input)], "parameters": {"binary_data_output": true, "priority": 1, "timeout": 1000000}}"#,
        #"{"inputs": [\#(input)], "outputs": [{"name": "y", "parameters": {"binary_data": true}}]}"#,
        #"{"inputs": [\#(input)], "outputs": [{"name": "y", "parameters": {"classification": 2}}]}"#,
        #"{"inputs": [\#(input)], "outputs": [{"name": "z"}]}"#,
        #"{"inputs": [\#(input), \#(input)]}"#,
        #"{"inputs": []}"#,
        #"{"inputs": [{"name": "x", "datatype": "INT8", "shape": [1], "data": [1]}]}"#,
        #"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [3], "data": [1]}]}"#,
        #"{"inputs": ["#,
        "",
    ])
    func answersAreTheSame(body: String) async throws {
        try await serve { server, repository in
            for path in ["", "/versions/1", "/versions/7", "/versions/x", "/labels/none"] {
                let immediate = try await server.post("/v2/models/fast\(path)/infer", body)
                let ordinary = try await server.post("/v2/models/slow\(path)/infer", body)
                #expect(immediate.status == ordinary.status)
                #expect(immediate.text == ordinary.text.replacing("slow", with: "fast"))
                let names = { (answer: InferenceServer.Answer) in Set(answer.headers.keys) }
                #expect(names(immediate) == names(ordinary))
                #expect(immediate.headerLength == ordinary.headerLength)
            }
            // The log names the thread.
            #expect(!repository.read("log-slow").contains("elsewhere"))
        }
    }

    @Test func eachIsCountedOnce() async throws {
        try await serve { server, repository in
            for number in 1..<100 {
                try await ask(server, "fast", "[\(number)]", shape: "[1]")
            }
            let counts = try await server.statistics("/v2/models/fast/stats")[0]
            #expect(counts.inferenceCount == 100 && counts.executionCount == 100)
            #expect(counts.inferenceStats.success.count == 100 && counts.inferenceStats.fail.count == 0)
            #expect(repository.read("log-fast").split(separator: "\n").count { $0 == "executed elsewhere" } > 20)
            let metrics = try await server.get("/metrics").text
            #expect(
                metrics.contains(
                    #"http_requests_total{method="POST",route="/v2/models/{model}/infer",status="200"} 101"#),
                "\(metrics)")
        }
    }

    @Test func theRateIsLimited() async throws {
        try await serve(#""rate_limit": {"requests_per_second": 0.01, "burst": 3},"#) { server, _ in
            for _ in 0..<2 { try await ask(server, "fast", "[1]", shape: "[1]") }
            let refused = try await server.infer("fast", "[1]", shape: "[1]")
            #expect(refused.status == 429)
        }
    }

    @Test func aCacheIsAsked() async throws {
        try await serve(#""response_cache": {"enable": true},"#) { server, repository in
            for _ in 0..<9 { try await ask(server, "fast", "[1]", shape: "[1]") }
            #expect(repository.read("log-fast").split(separator: "\n").count == 1)
            #expect(try await server.statistics("/v2/models/fast/stats")[0].inferenceStats.cacheHit.count == 9)
        }
    }

    /// A version that goes is closed after the last answer that is being made with it.
    @Test func reloadsLoseNone() async throws {
        try await serve(flags: ["--models-control", "explicit", "--models-load", "*"]) { server, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<100 { try await ask(server, "fast", "[1]", shape: "[1]") }
                    }
                }
                for _ in 0..<10 {
                    let answer = try await server.post("/v2/repository/models/fast/load", "{}")
                    #expect(answer.status == 200)
                }
                try await group.waitForAll()
            }
        }
    }
}
