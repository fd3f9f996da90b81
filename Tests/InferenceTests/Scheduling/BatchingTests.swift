import AsyncHTTPClient
import FoundationEssentials
import Inference
import NIOCore
import NIOHTTP1
import Testing

/// Batches through the whole server, over the test backend: it answers its input and logs each execution.
@Suite struct BatchingTests {
    private static let dynamic = "\"max_batch_size\": 8, \"dynamic_batching\": {},"

    /// One request keeps the only instance busy while the others come.
    private func withBusyModel<Value: Sendable>(
        _ extra: String, milliseconds: Int = 1500, mode: String = "echo",
        _ body: (InferenceServer, ModelRepository) async throws -> Value
    ) async throws -> Value {
        let repository = try ModelRepository()
        let log = "\(repository.path)/log"
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": \(milliseconds), \"mode\": \"\(mode)\", \"log\": \"\(log)\"", extra: extra)
        return try await InferenceServer.with(repository) { server in
            async let first = server.infer("m", "[0]", shape: "[1]")
            while repository.read("log").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let value = try await body(server, repository)
            let status = try await first.status
            #expect(status == 200)
            return value
        }
    }

    private func executions(_ repository: ModelRepository) -> Int {
        repository.read("log").split(separator: "\n").count
    }

    @Test func requestsThatWaitShareAnExecutionAndEachGetsItsRows() async throws {
        try await withBusyModel(Self.dynamic) { server, repository in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for value in 1...4 {
                    group.addTask {
                        let answer = try await server.infer("m", "[\(value), \(-value)]", shape: "[2]")
                        #expect(try answer.values(Float.self) == [Float(value), Float(-value)])
                        #expect(answer.text.contains("\"shape\":[2]"))
                    }
                }
                try await group.waitForAll()
            }
            #expect(executions(repository) == 2)
        }
    }

    @Test func withoutDynamicBatchingEachRequestIsAnExecution() async throws {
        try await withBusyModel("\"max_batch_size\": 8,", milliseconds: 300) { server, repository in
            async let one = server.infer("m", "[1]", shape: "[1]").status
            async let two = server.infer("m", "[2]", shape: "[1]").status
            let statuses = try await [one, two]
            #expect(statuses == [200, 200])
            #expect(executions(repository) == 3)
        }
    }

    @Test func eachGetsTheOutputsItAskedFor() async throws {
        try await withBusyModel(Self.dynamic) { server, repository in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for outputs in [#""y""#, #""z""#] {
                    group.addTask {
                        let answer = try await server.infer(
                            "m", "[7]", shape: "[1]", rest: ",\"outputs\":[{\"name\":\(outputs)}]")
                        #expect(answer.text.contains("\"name\":\(outputs)"))
                        return answer.text.count(of: "\"datatype\"")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == [1, 1])
            #expect(executions(repository) == 2)
        }
    }

    @Test func aRequestLargerThanABatchIsSplitAndJoined() async throws {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\"log\": \"\(repository.path)/log\"", extra: "\"max_batch_size\": 4, \"instances\": 2,")
        try await InferenceServer.with(repository) { server in
            let values = (0..<10).map { Float($0) }
            let answer = try await server.infer("m", "\(values)", shape: "[10]")
            #expect(try answer.values(Float.self) == values)
            #expect(answer.text.contains("\"shape\":[10]"))
            #expect(executions(repository) == 3)
        }
    }

    @Test func stringsAreSplitAndJoinedToo() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"datatype\": \"BYTES\"", extra: "\"max_batch_size\": 2,")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.infer("m", #"["a", "", "ccc", "dd", "é"]"#, shape: "[5]", datatype: "BYTES")
            #expect(try answer.values(String.self) == ["a", "", "ccc", "dd", "é"])
        }
    }

    /// The engine refuses a batch in which one value is negative: only that request is told so.
    @Test func aRequestThatTheEngineRefusesFailsAlone() async throws {
        try await withBusyModel(Self.dynamic, milliseconds: 700, mode: "refuses_negative") { server, repository in
            async let good = server.infer("m", "[1]", shape: "[1]")
            async let bad = server.infer("m", "[-1]", shape: "[1]")
            async let other = server.infer("m", "[3]", shape: "[1]")
            let (first, second, refused) = try await (good, other, bad)
            #expect(try first.values(Float.self) == [1])
            #expect(try second.values(Float.self) == [3])
            #expect(refused.status == 400)
            #expect(refused.error?.contains("x is negative") == true)
        }
    }

    @Test func aRequestsTimeoutEndsItsWait() async throws {
        try await withBusyModel(Self.dynamic) { server, repository in
            let answer = try await server.infer(
                "m", "[1]", shape: "[1]", rest: ",\"parameters\":{\"timeout\":50000}")
            #expect(answer.status == 503)
            #expect(answer.error == "model 'm': request timeout expired")
            #expect(answer.headers["retry-after"] == "1")
            #expect(executions(repository) == 1)
        }
    }

    /// In Triton a timeout stops to count when the request runs.
    @Test func aRequestsTimeoutEndsItsExecution() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 200000", extra: Self.dynamic)
        let elapsed = try await ContinuousClock().measure {
            try await InferenceServer.with(repository) { server in
                let answer = try await server.infer(
                    "m", "[1]", shape: "[1]", rest: ",\"parameters\":{\"timeout\":100000}")
                #expect(answer.status == 503)
            }
        }
        #expect(elapsed < .seconds(100))
    }

    @Test func whoLeavesWhileWaitingIsNotExecuted() async throws {
        try await withBusyModel("\"max_batch_size\": 8,", milliseconds: 5000) { server, repository in
            var request = HTTPClientRequest(url: "\(server.base)/v2/models/m/infer")
            request.method = .POST
            request.body = .bytes(
                ByteBuffer(string: #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#))
            await #expect(throws: (any Error).self) {
                _ = try await HTTPClient.shared.execute(request, timeout: .milliseconds(500))
            }
            #expect(executions(repository) == 1)
            let next = try await server.infer("m", "[2]", shape: "[1]")
            #expect(next.status == 200)
            #expect(executions(repository) == 2)
        }
    }

    @Test func aHigherPriorityOvertakes() async throws {
        let levels = #""priority_levels": 2, "default_priority_level": 2"#
        try await withBusyModel(
            "\"max_batch_size\": 1, \"dynamic_batching\": {\(levels)},", milliseconds: 2500
        ) { server, _ in
            let order = try await withThrowingTaskGroup(of: String.self) { group in
                for name in ["first", "second"] {
                    group.addTask {
                        _ = try await server.infer("m", "[1]", shape: "[1]")
                        return name
                    }
                }
                try await Task.sleep(for: .milliseconds(300))
                group.addTask {
                    _ = try await server.infer("m", "[1]", shape: "[1]", rest: ",\"parameters\":{\"priority\":1}")
                    return "urgent"
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(order.first == "urgent")
        }
    }

    /// The first takes three seconds, the second nothing, each on an instance of its own.
    @Test(arguments: [true, false])
    func answersKeepTheOrderOfArrivalWhereAsked(preserve: Bool) async throws {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\"mode\": \"sleeps_for_value\"",
            extra:
                "\"instances\": 2, \"max_batch_size\": 1, \"dynamic_batching\": {\"preserve_ordering\": \(preserve)},")
        try await InferenceServer.with(repository) { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await server.infer("m", "[3000]", shape: "[1]").status }
                try await Task.sleep(for: .milliseconds(300))
                let start = ContinuousClock.now
                #expect(try await server.infer("m", "[0]", shape: "[1]").status == 200)
                let waited = start.duration(to: .now)
                // The first has 2.7 s to go.
                if preserve { #expect(waited > .seconds(1)) } else { #expect(waited < .milliseconds(2500)) }
                #expect(try await group.next() == 200)
            }
        }
    }

    /// Each execution takes 300 ms, and five wait: the sixth cannot be answered within a second.
    @Test func whatWouldMissItsDeadlineIsRefusedAtOnce() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 300, \"until\": \"\(repository.path)/go\"")
        try repository.write("", to: "go")
        try await InferenceServer.with(repository) { server in
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            try repository.remove("go")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await server.infer("m", "[1]", shape: "[1]").status } }
                try await server.waits(for: 5, of: "m")
                let body = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#
                let answer = try await server.post("/v2/models/m/infer", body, headers: [("X-Request-Timeout", "1")])
                #expect(answer.status == 503)
                #expect(answer.error?.contains("would miss its deadline") == true, "\(answer.text)")
                #expect((1...60).contains(answer.headers["retry-after"].flatMap { Int($0) } ?? 0))
                // None of the others was answered before it.
                try repository.write("", to: "go")
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test(arguments: [
        (
            #""dynamic_batching": {"preferred_batch_size": [9]}, "max_batch_size": 8,"#,
            "sizes from 1 to 'max_batch_size'"
        ),
        (#""dynamic_batching": {"priority_levels": 2},"#, "'dynamic_batching.default_priority_level' is missing"),
        (
            #""dynamic_batching": {"default_queue_policy": {"timeout_action": "DROP"}},"#,
            "'dynamic_batching.default_queue_policy.timeout_action' is \"DROP\", expected \"REJECT\" or \"DELAY\""
        ),
        (#""dynamic_batching": {"priority_queue_policy": {"2": {}}},"#, "a level from 1 to 1 as a key"),
        (#""dynamic_batching": {"max_delay": 1},"#, "unknown key 'dynamic_batching.max_delay'"),
        (#""ragged": {"axis": "n", "mask": "x"},"#, "'ragged' needs a 'max_batch_size'"),
        (#""max_batch_size": 8, "ragged": {"axis": "n", "mask": "x"},"#, "'ragged.mask' is \"x\""),
    ])
    func aWrongSettingNamesItself(extra: String, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: extra)
        try await InferenceServer.with(repository) { server in
            let index = try await server.post("/v2/repository/index", "").text.replacing("\\\"", with: "\"")
            #expect(index.contains(reason), "\(index)")
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
