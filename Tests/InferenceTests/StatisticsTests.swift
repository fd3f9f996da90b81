import Inference
import Testing

/// Where the time of executions is counted.
@Suite struct StatisticsTests {
    /// The plugin works 20 ms on inputs, 80 in its engine and 40 on outputs; machines sleep longer than asked, not shorter.
    @Test func timesAreThoseOfThePhasesThatABackendTells() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"mode\": \"tells_phases\"")
        try await InferenceServer.with(repository) { server in
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            let times = try await server.statistics("/v2/models/m/stats")[0].inferenceStats
            #expect(times.computeInput.ns >= 20_000_000)
            #expect(times.computeInfer.ns >= 80_000_000)
            #expect(times.computeOutput.ns >= 40_000_000)
            let sum = times.queue.ns + times.computeInput.ns + times.computeInfer.ns + times.computeOutput.ns
            #expect(sum <= times.success.ns)
        }
    }

    @Test func memoryIsWhatTheEngineSaysOrTheFilesHold() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("silent")
        try repository.write("12345", to: "silent/1/model.onnx")
        try repository.addEcho("telling", parameters: "\"memory\": 1234567")
        try await InferenceServer.with(repository) { server in
            let silent = try await server.statistics("/v2/models/silent/stats")[0].memoryUsage
            #expect(silent == [.init(type: "CPU", id: 0, byteSize: 5)])
            let telling = try await server.statistics("/v2/models/telling/stats")[0].memoryUsage
            #expect(telling == [.init(type: "CPU", id: 0, byteSize: 1_234_567)])
            #expect(
                try await server.get("/metrics").text.contains(
                    #"quinion_backend_memory_bytes{backend="test",model="telling",version="1"} 1234567"#))
        }
    }

    /// As proc(5) has it, but for what came since.
    @Test(.enabled(if: EngineProcess.isBuilt)) func memoryOfAnEnginesProcessIsWhatIsResident() async throws {
        let repository = try ModelRepository()
        let number = "\(repository.path)/pid"
        try repository.addEcho("m", parameters: "\"pid_file\": \"\(number)\"", extra: EngineProcess.isolated)
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            let bytes = try await server.statistics("/v2/models/m/stats")[0].memoryUsage[0].byteSize
            let pages = try #require(
                ProcessFile.text("\(repository.read("pid"))/statm").split(separator: " ").dropFirst().first)
            let resident = try #require(Int(pages)) * 4096
            #expect(bytes > 256 << 10 && abs(bytes - resident) < 1 << 20, "\(bytes) of \(resident)")
        }
    }

    @Test(.enabled(if: Plugins.isBuilt("openvino"))) func tokensAreCountedPerRequestAndExecution() async throws {
        let repository = try ModelRepository()
        let names = #"["batch", "sequence"]"#
        try repository.addONNX(
            "add",
            extra: "\"max_batch_size\": 8, \"axes\": {\"a\": \(names), \"b\": \(names), \"sum\": \(names)},"
                + #""dynamic_batching": {}, "ragged": {"axis": "sequence", "mask": "b"},"#)
        try repository.addEcho("m")
        try await InferenceServer.with(repository) { server in
            for (rows, length) in [(1, 4), (2, 8)] {
                func input(_ name: String) -> String {
                    "{\"name\":\"\(name)\",\"shape\":[\(rows),\(length)],\"datatype\":\"INT64\",\"data\":\(Array(1...rows * length))}"
                }
                let json = "{\"inputs\":[\(input("a")),\(input("b"))]}"
                #expect(try await server.post("/v2/models/add/infer", json).status == 200)
            }
            #expect(try await server.infer("m", "[1,2,3]", shape: "[3]").status == 200)
            let metrics = try await server.get("/metrics").text
            for name in ["inference_request_tokens", "inference_batch_tokens"] {
                #expect(metrics.contains("\(name)_sum{model=\"add\",version=\"1\"} 20"), "\(name)")
                #expect(metrics.contains("\(name)_count{model=\"add\",version=\"1\"} 2"))
                #expect(metrics.contains("\(name)_bucket{model=\"add\",version=\"1\",le=\"8\"} 1"))
                // Its length is no number of tokens.
                #expect(
                    metrics.contains("\(name)_count{model=\"m\",version=\"1\"} 0")
                        || !metrics.contains("\(name)_count{model=\"m\""))
            }
        }
    }
}
