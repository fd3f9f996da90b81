import FoundationEssentials
import ServiceTesting
import Testing

/// The LibTorch plugin, where `deploy/setup libtorch` was asked for.
@Suite(.enabled(if: Plugins.isBuilt("libtorch")), .timeLimit(.minutes(3))) struct LibTorchTests {
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

    @Test func thePluginConforms() throws {
        #expect(
            try Plugins.conformanceFailures(
                Plugins.path("libtorch"), model: Repository.fixture("InferenceTests", "affine.pt"),
                ["inputs=x FP32 -1,3", "outputs=y FP32 -1,2"]) == [])
    }
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
