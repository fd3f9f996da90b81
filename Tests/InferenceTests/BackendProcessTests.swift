import FoundationEssentials
import Glibc
import ServiceTesting
import Testing

/// Models with `"isolation": "process"`: the engine runs in a process of its own, behind the same interface.
@Suite(.enabled(if: EngineProcess.isBuilt), .timeLimit(.minutes(2))) struct BackendProcessTests {
    @Test func aModelAnswersAsItDoesInTheServer() async throws {
        let repository = try ModelRepository()
        for (name, extra) in [("here", ""), ("there", EngineProcess.isolated)] {
            try repository.addEcho(name, extra: extra + "\"instances\": 2,")
        }
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            let (here, there) = (try await server.get("/v2/models/here"), try await server.get("/v2/models/there"))
            #expect(there.text == here.text.replacing("here", with: "there"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for count in [1, 3, 1000, 2, 100_000, 7] {
                    group.addTask {
                        let data = (0..<count).map { Float($0) }
                        let answer = try await server.infer("there", "\(data)", shape: "[\(count)]")
                        #expect(try answer.values(Float.self) == data)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: [
        ("fails", 500, "the engine burnt down"), ("refuses", 400, "x is not to my taste"),
        ("no_output", 500, "did not produce output 'y'"), ("wrong_datatype", 500, "output 'y' has datatype"),
        ("wrong_bytes", 500, "asks for 5 bytes"), ("negative_shape", 500, "output 'y' has another shape"),
        ("huge_output", 500, "are allowed"), ("unknown_output", 500, "allocates output 7"),
        ("twice", 500, "allocated twice"),
    ])
    func whatExecuteDoesWrongCostsOneRequest(mode: String, status: Int, message: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"mode\": \"\(mode)\"", extra: EngineProcess.isolated)
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            for _ in 0..<2 {
                let answer = try await server.infer("m", "[1,2]", shape: "[2]")
                #expect(answer.status == status)
                #expect(answer.error?.contains(message) == true, "\(answer.text)")
            }
        }
    }

    @Test func aCrashCostsOneModelAndIsRecoveredFrom() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("bad", parameters: "\"mode\": \"crashes\"", extra: EngineProcess.isolated)
        try repository.addEcho("good", extra: EngineProcess.isolated)
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            for _ in 0..<2 {
                let answer = try await server.infer("bad", "[1]", shape: "[1]")
                #expect(answer.status == 503)
                #expect(answer.error?.contains("the engine's process ended while it executed this request") == true)
                #expect(answer.headers["retry-after"] != nil)
                #expect(try await server.infer("good", "[1]", shape: "[1]").status == 200)
            }
            let metrics = try await server.get("/metrics").text
            let ends = #"quinion_backend_engine_ends_total{backend="test",model="bad",version="1"} "#
            #expect(metrics.contains(ends + "1") || metrics.contains(ends + "2"), "\(metrics)")
        }
    }

    /// A batch with a request that ends the engine is not tried again request by request: the engine would end again.
    @Test func aRequestThatEndsItsEngineEndsItOnce() async throws {
        let repository = try ModelRepository()
        let log = "\(repository.path)/log"
        try repository.addEcho(
            "m",
            parameters:
                "\"mode\": \"crashes_on_negative\", \"until\": \"\(repository.path)/go\", \"log\": \"\(log)\"",
            extra: EngineProcess.isolated + "\"max_batch_size\": 8, \"dynamic_batching\": {},")
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            async let first = server.infer("m", "[0]", shape: "[1]")
            while repository.read("log").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for value in [1, -1, 2] {
                    group.addTask { try await server.infer("m", "[\(value)]", shape: "[1]").status }
                }
                // All three wait when the first is done, so that they are one batch.
                try await server.waits(for: 3, of: "m")
                try repository.write("", to: "go")
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await first.status == 200)
            #expect(statuses == [503, 503, 503])
            #expect(repository.read("log") == "executed\nexecuted\n")
            #expect(try await server.infer("m", "[3]", shape: "[1]").status == 200)
        }
    }

    @Test func killingAnEngineUnderLoadFailsOnlyWhatItExecutes() async throws {
        let repository = try ModelRepository()
        let number = "\(repository.path)/pid"
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": 10, \"pid_file\": \"\(number)\"",
            extra: EngineProcess.isolated + "\"instances\": 2,")
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            let clock = ContinuousClock()
            let killed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var failures = 0
                        for _ in 0..<40 {
                            let answer = try await server.infer("m", "[1]", shape: "[1]")
                            #expect(answer.status == 200 || answer.status == 503, "\(answer.text)")
                            if answer.status == 503 { failures += 1 }
                        }
                        return failures
                    }
                }
                try await Task.sleep(for: .milliseconds(300))
                let process = try #require(
                    Int32(String(decoding: Data(contentsOf: URL(filePath: number)), as: UTF8.self)))
                #expect(kill(process, SIGKILL) == 0)
                let time = clock.now
                #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200, "what waits is not lost")
                let resumed = clock.now - time
                print("kill -9 of an engine's process under load: the next answer after \(resumed)")
                #expect(resumed < .seconds(2))
                return try await group.reduce(0, +)
            }
            // Two instances: at most two executions were in the engine.
            #expect(killed <= 2)
        }
    }

    @Test func aModelThatIsGoneWhenItsEngineRestartsIsUnavailableWithTheReason() async throws {
        let repository = try ModelRepository()
        let number = "\(repository.path)/pid"
        try repository.addEcho(
            "m", parameters: "\"file\": \"checked\", \"pid_file\": \"\(number)\"", extra: EngineProcess.isolated)
        try repository.write("echo\n", to: "m/1/model.onnx")
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            try FileManager.default.removeItem(atPath: "\(repository.path)/m/1/model.onnx")
            let process = try #require(Int32(String(decoding: Data(contentsOf: URL(filePath: number)), as: UTF8.self)))
            kill(process, SIGKILL)
            let answer = try await server.infer("m", "[1]", shape: "[1]")
            #expect(answer.status == 503)
            // Back again, the next start finds it.
            try repository.write("echo\n", to: "m/1/model.onnx")
            var status = 503
            for _ in 0..<50 where status == 503 {
                status = try await server.infer("m", "[1]", shape: "[1]").status
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(status == 200)
        }
    }

    @Test(arguments: [
        (TestBackend.Defect.wrongMajor, "it speaks ABI 3.1"), (.noEntry, "does not export quinion_backend_entry"),
        (.initializeFails, "no engine today"),
        (.initializeCrashes, "the engine's process ended while it loaded the model"),
    ])
    func aPluginThatDoesNotStartMakesItsModelUnavailable(defect: TestBackend.Defect, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: EngineProcess.isolated)
        let plugins = ["test": try TestBackend.plugin(defect)]
        try await InferenceServer.with(repository, flags: EngineProcess.flags, plugins: plugins) { server in
            let index = try await server.post("/v2/repository/index", "").text
            #expect(index.contains("UNAVAILABLE") && index.contains(reason), "\(index)")
        }
    }

    @Test func withoutTheProgramTheModelSaysSo() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: EngineProcess.isolated)
        let flags = ["--backends-engine", "/nowhere/quinion-engine"]
        let index = try await InferenceServer.with(repository, flags: flags) {
            try await $0.post("/v2/repository/index", "").text
        }
        #expect(index.contains("/nowhere/quinion-engine is no program"), "\(index)")
    }

    @Test func cancellationReachesTheEngine() async throws {
        let repository = try ModelRepository()
        let log = "\(repository.path)/log"
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": 20000, \"log\": \"\(log)\"", extra: EngineProcess.isolated)
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            let json = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#
            for _ in 0..<2 {
                let answer = try await server.post("/v2/models/m/infer", json, headers: [("X-Request-Timeout", "1")])
                #expect(answer.status == 504)
            }
            // The second could only start because the first had been stopped.
            #expect(repository.read("log") == "executed\nexecuted\n")
        }
    }

    @Test(.enabled(if: Plugins.isBuilt("openvino") && Plugins.isBuilt("onnxruntime")))
    func enginesServeFromTheirProcesses() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("affine", backend: "openvino", extra: EngineProcess.isolated)
        try repository.addONNX("add", backend: "onnxruntime", extra: EngineProcess.isolated)
        try await InferenceServer.with(repository, flags: EngineProcess.flags) { server in
            for _ in 0..<3 {
                let values = try await server.infer("affine", "[1,2,3, 0,0,0]", shape: "[2,3]").values(Float.self)
                #expect(values == [22.5, 27.5, 0.5, -0.5])
                let json =
                    #"{"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[1,2]},{"name":"b","shape":[1,2],"datatype":"INT64","data":[3,4]}]}"#
                let sums = try await server.post("/v2/models/add/infer", json).values(Int64.self)
                #expect(sums == [4, 6])
            }
        }
    }
}

/// `quinion-engine`, which `make plugins` builds.
enum EngineProcess {
    static let program = "\(Plugins.folder)/quinion-engine"
    static let flags = ["--backends-engine", program]
    /// A member of a model's configuration.
    static let isolated = "\"isolation\": \"process\","

    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: program) }
}
