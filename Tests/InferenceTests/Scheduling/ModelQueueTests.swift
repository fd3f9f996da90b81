import Inference
import Testing

@Suite struct ModelQueueTests {
    @Test func aFullQueueAnswers503WithRetryAfter() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 1500", extra: "\"queue\": {\"requests\": 1},")
        try await InferenceServer.with(repository) { server in
            let answers = try await withThrowingTaskGroup(of: InferenceServer.Answer.self) { group in
                for _ in 0..<6 { group.addTask { try await server.infer("m", "[1]", shape: "[1]") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 200 }.count == 2)
            let refused = answers.filter { $0.status == 503 }
            #expect(refused.count == 4)
            #expect(refused.allSatisfy { $0.headers["retry-after"] == "1" })
            #expect(refused.allSatisfy { $0.error == "model 'm': exceeds maximum queue size" })
        }
    }

    /// One request runs for 3 seconds; five behind it have a deadline of 100 ms.
    ///
    /// They must answer 504 and never execute.
    @Test func aRequestThatExpiresWhileItWaitsIsNotExecuted() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 3000, \"log\": \"\(repository.path)/log\"")
        try await InferenceServer.with(repository) { server in
            async let first = server.infer("m", "[1]", shape: "[1]")
            while repository.read("log").isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            let body = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#
            let late = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await server.post("/v2/models/m/infer", body, headers: [("X-Request-Timeout", "0.1")])
                            .status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(late == [504, 504, 504, 504, 504])
            #expect(try await first.status == 200)
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
        }
        #expect(repository.read("log") == "executed\nexecuted\n")
    }

    /// The plugin would take 200 seconds; it polls the host and stops when the deadline of 200 ms has passed.
    @Test func anExecutionLearnsThatNobodyWaits() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 200000")
        let clock = ContinuousClock()
        let elapsed = try await clock.measure {
            try await InferenceServer.with(repository) { server in
                let body = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#
                let answer = try await server.post(
                    "/v2/models/m/infer", body, headers: [("X-Request-Timeout", "0.2")])
                #expect(answer.status == 504)
            }
        }
        #expect(elapsed < .seconds(100))
    }

    @Test func instancesRunAtTheSameTime() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 2000", extra: "\"instances\": 4,")
        let elapsed = try await InferenceServer.with(repository) { server in
            try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 { group.addTask { try await server.infer("m", "[1]", shape: "[1]").status } }
                    for try await status in group { #expect(status == 200) }
                }
            }
        }
        // One after the other would take eight seconds.
        #expect(elapsed < .milliseconds(7900))
    }
}
