import FoundationEssentials
import ServiceTesting
import Testing

/// The LibTorch plugin, where `deploy/setup libtorch` was asked for.
@Suite(.enabled(if: Plugins.isBuilt("libtorch")), .timeLimit(.minutes(10))) struct LibTorchTests {
    private static let ports = #""inputs": "x FP32 -1,3", "outputs": "y FP32 -1,2""#

    @Test func torchScriptComputes() async throws {
        let repository = try ModelRepository()
        try repository.addTorchScript("affine", parameters: Self.ports, extra: "\"instances\": 2,")
        try repository.addTorchScript("apart", parameters: Self.ports, extra: EngineProcess.isolated)
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2/models/affine").text
            #expect(metadata.contains(#""platform":"pytorch_libtorch""#))
            for model in ["affine", "apart"] {
                let values = try await server.infer(model, "[1,2,3, 0,0,0]", shape: "[2,3]").values(Float.self)
                #expect(values == [22.5, 27.5, 0.5, -0.5])
            }
        }
    }

    @Test(arguments: [
        ("", "parameters 'inputs' and 'outputs' are needed"),
        ("\"inputs\": \"x\", \"outputs\": \"y FP32 1\"", "'x' is not NAME DATATYPE"),
        (ports + ", \"threads\": 0", "expected 1 to 1024"),
        (ports + ", \"device\": \"tpu\"", "expected cpu, cuda or cuda:N"),
        (ports + ", \"speed\": 9", "unknown parameter 'speed'"),
        ("\"inputs\": \"x FP32 -1,3; m FP32 1\", \"outputs\": \"y FP32 -1,2\"", "forward takes 1 arguments"),
    ])
    func aWrongParameterIsNamed(parameters: String, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.addTorchScript("m", parameters: parameters)
        let index = try await InferenceServer.with(repository) { try await $0.post("/v2/repository/index", "").text }
        #expect(index.contains(reason), "\(index)")
    }

    /// Made anew each time: a package holds code for the processor that it was made on.
    @Test(.enabled(if: TorchPython.program != nil, TorchPython.reason))
    func bothFormatsComputeWhatPyTorchDoes() async throws {
        let folder = try ModelRepository()
        try Command.run(
            #require(TorchPython.program), Repository.fixture("InferenceTests", "make_torch_model.py"), folder.path)
        let expected = try JSONDecoder().decode([String: [Float]].self, from: Data(folder.read("torch.json").utf8))
        let repository = try ModelRepository()
        let ports =
            #""inputs": "x FP32 -1,6; scale FP32 -1,1", "outputs": "classes FP32 -1,3; hidden FP32 -1,16""#
        for (model, file) in [("script", "network.pt"), ("package", "network.pt2")] {
            try repository.write("", to: "\(model)/1/.keep")
            try FileManager.default.copyItem(
                atPath: "\(folder.path)/\(file)", toPath: "\(repository.path)/\(model)/1/\(file)")
            try repository.write(
                "{\"backend\": \"libtorch\", \"file\": \"\(file)\", \"instances\": 2, \"parameters\": {\(ports)}}",
                to: "\(model)/config.json")
        }
        let (x, scale) = (try #require(expected["x"]), try #require(expected["scale"]))
        try await InferenceServer.with(repository) { server in
            for (model, platform) in [("script", "pytorch_libtorch"), ("package", "torch_aoti")] {
                #expect(try await server.get("/v2/models/\(model)").text.contains("\"platform\":\"\(platform)\""))
                for (rows, name) in [(5, "classes"), (5, "hidden"), (2, "classes"), (2, "hidden")] {
                    let json = """
                        {"inputs":[{"name":"x","shape":[\(rows),6],"datatype":"FP32","data":\(x.prefix(rows * 6))},
                        {"name":"scale","shape":[\(rows),1],"datatype":"FP32","data":\(scale.prefix(rows))}],
                        "outputs":[{"name":"\(name)"}]}
                        """
                    let values = try await server.post("/v2/models/\(model)/infer", json).values(Float.self)
                    let wanted = try #require(expected[name])
                    #expect(values.count == wanted.count / 5 * rows)
                    // A compiler may add up in another order.
                    #expect(zip(values, wanted).allSatisfy { abs($0 - $1) < 1e-5 }, "\(model) \(name): \(values)")
                }
            }
        }
    }

    @Test func thePluginConforms() throws {
        #expect(
            try Plugins.conformanceFailures(
                Plugins.path("libtorch"), model: Repository.fixture("InferenceTests", "affine.pt"),
                ["inputs=x FP32 -1,3", "outputs=y FP32 -1,2"]) == [])
    }
}

/// A Python that has PyTorch in the plugin's version, which is no package of this project's: half a gigabyte.
enum TorchPython {
    static let program = ProcessInfo.processInfo.environment["QUINION_TORCH_PYTHON"]
    static let reason: Comment = "QUINION_TORCH_PYTHON names no Python with PyTorch 2.13"
}

extension ModelRepository {
    fileprivate func addTorchScript(_ name: String, parameters: String, extra: String = "") throws {
        try write("", to: "\(name)/1/.keep")
        try FileManager.default.copyItem(
            atPath: Repository.fixture("InferenceTests", "affine.pt"), toPath: "\(path)/\(name)/1/model.pt")
        try write(
            "{\(extra) \"backend\": \"libtorch\", \"file\": \"model.pt\", \"parameters\": {\(parameters)}}",
            to: "\(name)/config.json")
    }
}
