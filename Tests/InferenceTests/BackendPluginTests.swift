import Inference
import Testing

/// The loader and the host's side of the ABI, over plugins that the C compiler of the machine builds.
@Suite struct BackendPluginTests {
    @Test(arguments: [
        (TestBackend.Defect.wrongMajor, "it speaks ABI 3.1, this server speaks 2.0 to 2.1"),
        (.newerMinor, "it speaks ABI 2.2, this server speaks 2.0 to 2.1"),
        (.noExecute, "its table lacks execute"),
        (.nullTable, "quinion_backend_entry returned NULL"),
        (.initializeFails, "backend test did not start: no engine today"),
        (.noEntry, "it does not export quinion_backend_entry"),
        (.shortTable, "its table has 16 bytes"),
    ])
    func aDefectivePluginMakesItsModelsUnavailableAndNoOthers(defect: TestBackend.Defect, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("broken", backend: "test")
        try repository.addEcho("sound", backend: "sound")
        let plugins = ["test": try TestBackend.plugin(defect), "sound": try TestBackend.plugin()]
        try await InferenceServer.with(repository, plugins: plugins) { server in
            let index = try await server.post("/v2/repository/index", "").text
            #expect(index.contains(reason), "\(index)")
            let refused = try await server.infer("broken", "[1]", shape: "[1]")
            #expect(refused.status == 503)
            #expect(refused.error?.contains(reason) == true)
            #expect(refused.headers["retry-after"] != nil)
            #expect(try await server.get("/v2/models/broken/ready").status == 400)
            #expect(try await server.infer("sound", "[1]", shape: "[1]").status == 200)
            #expect(try await server.get("/v2/health/ready").status == 200)
        }
    }

    @Test func aMissingPluginOrConfigurationNamesWhatIsMissing() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("a", backend: "absent")
        try repository.addEcho("b", backend: "../../evil")
        try repository.addEcho("c", backend: "file")
        try repository.addEcho("d", versions: [])
        try repository.write("x", to: "e/1/model.onnx")
        try repository.addEcho("f", extra: "\"name\": \"other\",")
        try repository.addEcho("g", extra: "\"file\": \"other.onnx\",")
        try repository.addEcho("h", extra: "\"axes\": {\"q\": [\"n\"]},")
        try repository.addEcho("i", extra: "\"inputs\": [{\"name\":\"x\",\"datatype\":\"INT8\",\"shape\":[-1]}],")
        try repository.addEcho("j", extra: "\"instances\": 2,", versions: [1])
        try repository.addEcho("k", parameters: "\"mode\": \"second_instance_fails\"", extra: "\"instances\": 2,")
        try repository.addEcho("l", parameters: "\"mode\": \"info_fails\"")
        try repository.addEcho("m", parameters: "\"colour\": \"red\"")
        let plugins = ["file": repository.path + "/e/1/model.onnx"]
        let flags = ["--backends-path", repository.path]
        let index = try await InferenceServer.with(repository, flags: flags, plugins: plugins) { server in
            try await server.post("/v2/repository/index", "{}").text
        }
        for reason in [
            "no plugin for backend 'absent': \(repository.path)/libquinion_absent.so does not exist",
            "'../../evil' is not a backend name", "file too short", "d has no version to serve",
            "e/config.json does not exist", "'name' is \\\"other\\\", the folder is 'f'",
            "g/1/other.onnx does not exist",
            "'axes.q' names no tensor of the model", "the configuration declares input 'x' otherwise than the model",
            "creating an instance: only one", "describing the model: cannot describe", "unknown parameter",
        ] {
            #expect(index.contains(reason), "\(reason) is not in \(index)")
        }
        #expect(index.contains("{\"name\":\"j\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}"))
    }

    @Test(arguments: [
        ("fails", 500, "the engine burnt down"), ("refuses", 400, "x is not to my taste"),
        ("no_output", 500, "did not produce output 'y'"), ("wrong_datatype", 500, "output 'y' has datatype"),
        ("wrong_bytes", 500, "asks for 5 bytes"), ("negative_shape", 500, "shape [-4]"),
        ("huge_output", 500, "are allowed"), ("wrong_rank", 500, "shape [1, 1]"),
        ("unknown_output", 500, "allocates output 7"), ("twice", 500, "allocated twice"),
    ])
    func whatExecuteDoesWrongCostsOneRequest(mode: String, status: Int, message: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"mode\": \"\(mode)\"")
        try await InferenceServer.with(repository) { server in
            for _ in 0..<3 {
                let answer = try await server.infer("m", "[1,2]", shape: "[2]")
                #expect(answer.status == status)
                #expect(answer.error?.contains(message) == true, "\(answer.text)")
            }
            #expect(try await server.get("/v2/models/m/ready").status == 200)
        }
    }

    @Test func anErrorThatThePluginReleasesItselfIsForgotten() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"mode\": \"swallows_error\"")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.infer("m", "[1,2]", shape: "[2]")
            #expect(answer.status == 200)
        }
    }

    /// The plugin compares its thread on every call and fails on another one.
    @Test func anInstanceKeepsItsThread() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: "\"instances\": 3,")
        try await InferenceServer.with(repository) { server in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await server.infer("m", "[1]", shape: "[1]").status } }
                for try await status in group { #expect(status == 200) }
            }
        }
    }
}
