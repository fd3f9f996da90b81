import FoundationEssentials
import Inference
import ServiceTesting
import Synchronization
import Testing

/// Loading, replacing and unloading models while requests come.
@Suite struct ModelControlTests {
    private static let explicit = ["--models-control", "explicit"]

    @Test func nothingIsLoadedUntilAskedFor() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("a")
        try repository.addEcho("b")
        try repository.addEcho("c")
        try await InferenceServer.with(repository, flags: Self.explicit + ["--models-load", "c"]) { server in
            #expect(
                try await server.index() == [
                    "c/1": "READY ", "a/": "UNAVAILABLE not loaded", "b/": "UNAVAILABLE not loaded",
                ])
            #expect(try await server.infer("a", "[1]", shape: "[1]").status == 404)
            #expect(try await server.post("/v2/repository/models/a/load", "{}").status == 200)
            #expect(try await server.infer("a", "[1]", shape: "[1]").status == 200)
            #expect(try await server.post("/v2/repository/models/a/load", "").status == 200)
            let unload = try await server.post(
                "/v2/repository/models/a/unload", #"{"parameters":{"unload_dependents":false}}"#)
            #expect(unload.status == 200 && unload.text.isEmpty)
            #expect(try await server.index()["a/1"] == "UNAVAILABLE unloaded")
            let refused = try await server.infer("a", "[1]", shape: "[1]")
            #expect(refused.status == 503 && refused.error?.contains("unloaded") == true)
            #expect(try await server.get("/v2/models/a/ready").status == 400)
            #expect(try await server.post("/v2/repository/models/a/load", "{}").status == 200)
            #expect(try await server.infer("a", "[1]", shape: "[1]").status == 200)
        }
    }

    @Test(arguments: ["absent", "..", "%2e%2e", "a%2F..%2Fa", "%00", "A"])
    func aNameThatIsNoModelIs404(name: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("a")
        try await InferenceServer.with(repository, flags: Self.explicit) { server in
            for action in ["load", "unload"] {
                let answer = try await server.post("/v2/repository/models/\(name)/\(action)", "{}")
                #expect(answer.status == 404, "\(answer.text)")
                #expect(answer.error != nil)
            }
        }
    }

    @Test func controlIsRefusedUnlessItIsExplicit() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("a")
        try await InferenceServer.with(repository) { server in
            for action in ["load", "unload"] {
                let answer = try await server.post("/v2/repository/models/a/\(action)", "{}")
                #expect(answer.status == 503)
                #expect(answer.error?.contains("explicit model load / unload is not allowed") == true)
            }
            #expect(try await server.infer("a", "[1]", shape: "[1]").status == 200)
        }
    }

    /// Sixteen clients never see anything but 200 while the model is replaced forty times.
    @Test func aReloadLosesNoRequest() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 1", extra: "\"instances\": 2,")
        try await InferenceServer.with(repository, flags: Self.explicit + ["--models-load", "*"]) { server in
            let isOver = Flag()
            let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        var statuses: [Int] = []
                        while !isOver.isSet { statuses.append(try await server.infer("m", "[1]", shape: "[1]").status) }
                        return statuses
                    }
                }
                for round in 0..<40 {
                    try repository.addEcho(
                        "m", parameters: "\"sleep_ms\": 1",
                        extra: "\"instances\": 2, \"queue\": {\"requests\": \(1000 + round)},")
                    #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 200)
                }
                isOver.set()
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(try await server.statistics("/v2/models/m/stats")[0].inferenceStats.fail.count == 0)
            #expect(try await server.statistics("/v2/models/m/stats")[0].inferenceStats.success.count > 100)
        }
    }

    @Test func aFailedReloadKeepsWhatServes() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository, flags: Self.explicit + ["--models-load", "*"]) { server in
            try repository.addEcho("m", parameters: "\"colour\": \"red\"")
            let answer = try await server.post("/v2/repository/models/m/load", "{}")
            #expect(answer.status == 500)
            #expect(answer.error?.contains("unknown parameter") == true, "\(answer.text)")
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
            #expect(try await server.index()["m/1"]?.hasPrefix("READY the last change failed: version 1:") == true)

            try repository.write("{", to: "m/config.json")
            #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 500)
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)

            // A new version that is broken beside one that serves.
            try repository.addEcho("m", parameters: "\"mode\": \"info_fails\"", versions: [2])
            #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 500)
            #expect(try await server.infer("m", "[1]", shape: "[1]").text.contains("\"model_version\":\"1\""))
            try repository.addEcho("m", versions: [2])
            #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 200)
            #expect(try await server.infer("m", "[1]", shape: "[1]").text.contains("\"model_version\":\"2\""))
            #expect(try await server.index() == ["m/2": "READY "])
        }
    }

    /// A request runs for three seconds; the unload answers only after it, and the request is answered.
    @Test func unloadingWaitsForRequests() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 3000, \"log\": \"\(repository.path)/log\"")
        try await InferenceServer.with(repository, flags: Self.explicit + ["--models-load", "*"]) { server in
            async let running = server.infer("m", "[1]", shape: "[1]")
            while repository.read("log").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            async let unloading = server.post("/v2/repository/models/m/unload", "{}")
            var state = "READY "
            while state == "READY " { state = try await server.index()["m/1"] ?? "" }
            #expect(state == "UNLOADING ")
            #expect(try await running.status == 200)
            #expect(try await unloading.status == 200)
            #expect(try await server.index()["m/1"] == "UNAVAILABLE unloaded")
        }
    }

    @Test func aVersionIsWarmBeforeItIsReady() async throws {
        let repository = try ModelRepository()
        let log = "\"log\": \"\(repository.path)/log\""
        try repository.addEcho(
            "m", parameters: log,
            extra:
                "\"instances\": 2, \"warmup\": [{\"inputs\": {\"x\": {\"shape\": [4], \"data\": \"random\"}}, \"count\": 3}],"
        )
        try repository.addEcho(
            "bad", parameters: "\"mode\": \"fails\"", extra: "\"warmup\": [{\"inputs\": {\"x\": {\"shape\": [1]}}}],")
        try repository.addEcho("odd", extra: "\"warmup\": [{\"inputs\": {\"q\": {\"shape\": [1]}}}],")
        try await InferenceServer.with(repository) { server in
            #expect(repository.read("log") == String(repeating: "executed\n", count: 6))
            let index = try await server.index()
            #expect(index["bad/1"]?.contains("'warmup[0]' failed: execution failed: the engine burnt down") == true)
            #expect(index["odd/1"]?.contains("'warmup' names the input 'q'") == true)
            #expect(index["m/1"] == "READY ")
            // Warming up is nobody's request.
            #expect(try await server.statistics("/v2/models/m/stats")[0].inferenceCount == 0)
        }
    }

    @Test func pollingFollowsTheRepository() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("a")
        try repository.addEcho("gone")
        let flags = ["--models-control", "poll", "--models-poll-interval", "100ms"]
        try await InferenceServer.with(repository, flags: flags) { server in
            #expect(try await server.index() == ["a/1": "READY ", "gone/1": "READY "])
            try repository.addEcho("a", versions: [2])
            try repository.addEcho("new")
            try repository.remove("gone")
            try await server.wait { try await server.index() == ["a/2": "READY ", "new/1": "READY "] }
            try repository.addEcho("a", parameters: "\"colour\": \"red\"", versions: [3])
            try await server.wait { try await server.index()["a/3"]?.hasPrefix("UNAVAILABLE") == true }
            #expect(try await server.infer("a", "[1]", shape: "[1]").text.contains("\"model_version\":\"2\""))
            #expect(try await server.infer("gone", "[1]", shape: "[1]").status == 404)
        }
    }

    @Test func clientsBringModelsWhereThatIsAllowed() async throws {
        let repository = try ModelRepository()
        let uploads = try ModelRepository()
        try uploads.write("old", to: "upload-9/1/model.onnx")
        let config = #"{\"backend\":\"test\",\"parameters\":{\"datatype\":{\"string_value\":\"INT8\"}}}"#
        let body = #"{"parameters":{"config":"\#(config)","file:1/model.onnx":"","file:3/model.onnx":"YQ=="}}"#
        try await InferenceServer.with(repository, flags: Self.explicit) { server in
            let refused = try await server.post("/v2/repository/models/m/load", body)
            #expect(refused.status == 403 && refused.error?.contains("models.upload_path") == true)
        }
        try await InferenceServer.with(repository, flags: Self.explicit + ["--models-upload-path", uploads.path]) {
            server in
            #expect(uploads.folders.isEmpty)
            #expect(try await server.post("/v2/repository/models/m/load", body).status == 200)
            #expect(try await server.index() == ["m/3": "READY "])
            #expect(try await server.infer("m", "[7]", shape: "[1]", datatype: "INT8").text.contains("[7]"))
            #expect(uploads.folders.count == 1)
            #expect(uploads.read("\(uploads.folders[0])/3/model.onnx") == "a")
            // What a client got as configuration it may send back, changed.
            let config = try await server.get("/v2/models/m/config").text
                .replacing("\"num_versions\":1", with: "\"num_versions\":2").replacing("\"", with: "\\\"")
            let again = try await server.post(
                "/v2/repository/models/m/load",
                #"{"parameters":{"config":"\#(config)","file:1/model.onnx":"","file:2/model.onnx":""}}"#)
            #expect(again.status == 200, "\(again.text)")
            #expect(try await server.index() == ["m/1": "READY ", "m/2": "READY "])
            #expect(uploads.folders.count == 1)
            #expect(try await server.post("/v2/repository/models/m/unload", "").status == 200)
            #expect(uploads.folders.isEmpty)

            for (parameters, message) in [
                (#""file:1/model.onnx":"""#, "'config' is missing"),
                (#""config":"{}","file:1/model.onnx":"""#, "'backend' is missing"),
                (
                    #""config":"{\"backend\":\"test\",\"sequence_batching\":{\"a\":1}}""#,
                    "'sequence_batching' is not supported"
                ),
                (#""config":"{\"backend\":\"test\"}","file:1/model.onnx":"?""#, "is not base64"),
                (#""config":"{\"backend\":\"test\"}","file:../../x":"""#, "is not of the form file:VERSION/NAME"),
                (#""config":"{\"backend\":\"test\"}","file:/etc/x":"""#, "is not of the form"),
                (#""config":"{\"backend\":\"test\"}","file:1/../x":"""#, "is not of the form"),
                (#""config":"{\"backend\":\"test\"}","file:0/x":"""#, "is not of the form"),
                (#""config":"{\"backend\":\"test\",\"name\":\"other\"}","file:1/model.onnx":"""#, "'name' is"),
                (#""other":1"#, "unknown parameter 'other'"),
            ] {
                let answer = try await server.post("/v2/repository/models/n/load", "{\"parameters\":{\(parameters)}}")
                #expect(answer.status == 400 || answer.status == 404, "\(parameters): \(answer.text)")
                #expect(
                    answer.error?.contains(message) == true || answer.status == 404, "\(parameters): \(answer.text)")
            }
            #expect(uploads.folders.isEmpty)
        }
    }

    @Test func aConfigurationReplacesTheRepositorysForOneLoad() async throws {
        let repository = try ModelRepository()
        let uploads = try ModelRepository()
        try repository.addEcho("m", versions: [1, 2])
        let flags = Self.explicit + ["--models-load", "*", "--models-upload-path", uploads.path]
        try await InferenceServer.with(repository, flags: flags) { server in
            let atStart = try await server.index()
            #expect(atStart == ["m/2": "READY "])
            let body = #"{"parameters":{"config":"{\"backend\":\"test\",\"version_policy\":{\"all\":{}}}"}}"#
            #expect(try await server.post("/v2/repository/models/m/load", body).status == 200)
            #expect(try await server.index() == ["m/1": "READY ", "m/2": "READY "])
            #expect(try await server.post("/v2/repository/models/m/load", "{}").status == 200)
            #expect(try await server.index() == ["m/2": "READY "])
        }
    }

    @Test func strictReadinessWantsEveryModel() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("broken", parameters: "\"mode\": \"info_fails\"")
        try await InferenceServer.with(repository) { server in
            let lenient = try await server.get("/v2/health/ready")
            #expect(lenient.status == 200)
        }
        try await InferenceServer.with(repository, flags: ["--readiness-strict", "true"]) { server in
            let answer = try await server.get("/v2/health/ready")
            #expect(answer.status == 400 && answer.error?.contains("model 'broken' is unavailable") == true)
            #expect(try await server.get("/health/ready").status == 503)
            #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200)
        }
    }

    /// One has a version that fails, one a configuration that cannot be read.
    @Test func aBrokenModelThatSomebodyUnloadsIsNoFault() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("broken", parameters: "\"mode\": \"info_fails\"")
        try repository.addEcho("unread")
        try repository.write("{", to: "unread/config.json")
        let flags = Self.explicit + ["--models-load", "*", "--readiness-strict", "true"]
        try await InferenceServer.with(repository, flags: flags) { server in
            #expect(try await server.get("/v2/health/ready").status == 400)
            for name in ["broken", "unread"] {
                #expect(try await server.post("/v2/repository/models/\(name)/unload", "").status == 200)
                let refused = try await server.infer(name, "[1]", shape: "[1]")
                #expect(refused.status == 503 && refused.error?.contains("unloaded") == true)
            }
            #expect(
                try await server.index() == [
                    "broken/": "UNAVAILABLE unloaded", "m/1": "READY ", "unread/": "UNAVAILABLE unloaded",
                ])
            #expect(try await server.get("/v2/health/ready").status == 200)
            #expect(try await server.post("/v2/repository/models/broken/load", "").status == 500)
            #expect(try await server.get("/v2/health/ready").status == 400)
        }
    }
}

/// Tells tasks to end.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}

extension InferenceServer {
    private struct Entry: Decodable {
        var name: String
        var version: String?
        var state: String
        var reason: String
    }

    /// State and reason by `name/version`.
    fileprivate func index() async throws -> [String: String] {
        let text = try await post("/v2/repository/index", "").text
        let entries = try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
        return Dictionary(
            uniqueKeysWithValues: entries.map { ("\($0.name)/\($0.version ?? "")", "\($0.state) \($0.reason)") })
    }

    fileprivate func wait(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it did not come true within 30 seconds: \(try await index())")
    }
}
