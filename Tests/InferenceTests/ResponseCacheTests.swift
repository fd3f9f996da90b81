import Inference
import ServiceTesting
import Testing

/// Answers that are given again, and how they are counted.
@Suite struct ResponseCacheTests {
    private static let cache = #""response_cache": {"enable": true},"#

    private func executions(_ repository: ModelRepository) -> Int {
        repository.read("log").split(separator: "\n").count
    }

    private func repository(_ extra: String, _ parameters: String = "") throws -> ModelRepository {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\(parameters)\"log\": \"\(repository.path)/log\"", extra: extra)
        return repository
    }

    @Test func theSameRequestIsExecutedOnce() async throws {
        let repository = try repository(Self.cache)
        try await InferenceServer.with(repository) { server in
            let answers = [
                try await server.infer("m", "[1,2]", shape: "[2]").text,
                try await server.infer("m", "[1,2]", shape: "[2]", rest: ",\"parameters\":{\"priority\":1}").text,
                // The same bytes in another form.
                try await server.inferBinary(
                    "m",
                    #"{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}"#,
                    [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
                ).text,
            ]
            #expect(Set(answers).count == 1)
            #expect(executions(repository) == 1)
            // Other outputs are another request.
            let one = try await server.infer("m", "[1,2]", shape: "[2]", rest: #","outputs":[{"name":"y"}]"#).text
            #expect(!one.contains("\"z\"") && one.contains("[1.0,2.0]"))
            #expect(try await server.infer("m", "[1,3]", shape: "[2]").text.contains("[1.0,3.0]"))
            #expect(executions(repository) == 3)

            let statistics = try await server.statistics("/v2/models/m/stats")[0]
            // As Triton counts: every request, but only those inferences that were made.
            #expect(statistics.inferenceStats.success.count == 5)
            #expect(statistics.inferenceStats.cacheHit.count == 2 && statistics.inferenceStats.cacheHit.ns > 0)
            #expect(statistics.inferenceStats.cacheMiss.count == 3 && statistics.inferenceStats.cacheMiss.ns > 0)
            #expect(statistics.inferenceCount == 3 && statistics.executionCount == 3)
            let metrics = try await server.get("/metrics").text
            #expect(metrics.contains(#"nv_cache_num_hits_per_model{model="m",version="1"} 2"#))
            #expect(metrics.contains(#"nv_cache_num_misses_per_model{model="m",version="1"} 3"#))
        }
    }

    @Test func nothingIsKeptUnlessAskedFor() async throws {
        let repository = try repository("")
        try await InferenceServer.with(repository) { server in
            for _ in 0..<2 {
                let status = try await server.infer("m", "[1]", shape: "[1]").status
                #expect(status == 200)
            }
            #expect(executions(repository) == 2)
            #expect(try await server.statistics("/v2/models/m/stats")[0].inferenceStats.cacheMiss.count == 0)
        }
    }

    /// Two outputs of 1,000 floats and 512 bytes for the entry are 8,512 bytes: two fit into 20,000, three do not.
    @Test func theLeastRecentlyUsedGoesWhenBytesRunOut() async throws {
        let repository = try repository(#""response_cache": {"enable": true, "max_bytes": 20000},"#)
        try await InferenceServer.with(repository) { server in
            func ask(_ value: Int) async throws {
                let data = Array(repeating: value, count: 1000)
                let answer = try await server.infer("m", "\(data)", shape: "[1000]")
                #expect(try answer.values(Int.self) == data)
            }
            try await ask(1)
            try await ask(2)
            try await ask(1)
            #expect(executions(repository) == 2)
            // 2 is the one that was used least recently.
            try await ask(3)
            try await ask(1)
            #expect(executions(repository) == 3)
            try await ask(2)
            #expect(executions(repository) == 4)
            // What is larger than the whole is given, and not kept.
            for _ in 0..<2 {
                #expect(
                    try await server.infer("m", "\(Array(repeating: 0, count: 4000))", shape: "[4000]").status == 200)
            }
            #expect(executions(repository) == 6)
        }
    }

    @Test func failuresAreNotKept() async throws {
        let repository = try repository(Self.cache, #""mode": "fails", "#)
        try await InferenceServer.with(repository) { server in
            for _ in 0..<2 {
                let status = try await server.infer("m", "[1]", shape: "[1]").status
                #expect(status == 500)
            }
            #expect(executions(repository) == 2)
        }
    }

    @Test func aReloadForgets() async throws {
        let repository = try repository(Self.cache)
        let flags = ["--models-control", "explicit", "--models-load", "*"]
        try await InferenceServer.with(repository, flags: flags) { server in
            for _ in 0..<2 { #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200) }
            try repository.addEcho(
                "m", parameters: "\"log\": \"\(repository.path)/log\"", extra: Self.cache + "\"instances\": 2,")
            #expect(try await server.post("/v2/repository/models/m/load", "").status == 200)
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            #expect(executions(repository) == 2)
        }
    }

    /// Rows of a batch are slices of its one output; what is kept of them is their own.
    @Test func requestsOfABatchAreKeptEach() async throws {
        let repository = try repository(
            Self.cache + "\"max_batch_size\": 8, \"dynamic_batching\": {\"max_queue_delay_microseconds\": 500000},")
        try await InferenceServer.with(repository) { server in
            for _ in 0..<2 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for value in 1...8 {
                        group.addTask {
                            let answer = try await server.infer("m", "[\(value)]", shape: "[1]")
                            #expect(try answer.values(Int.self) == [value])
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await server.statistics("/v2/models/m/stats")[0].inferenceStats.cacheHit.count == 8)
        }
    }
}
