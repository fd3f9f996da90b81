import FoundationEssentials
import Inference
import JSONText
import ServiceAPI
import ServiceTesting
import Testing

/// The OpenVINO plugin on real models: `make plugins` builds it, and `make test` runs that first.
@Suite(.enabled(if: Plugins.isBuilt("openvino"))) struct OpenVINOTests {
    @Test func aModelComputes() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("affine")
        try await InferenceServer.with(repository) { server in
            #expect(
                try await server.get("/v2/models/affine").text.contains(
                    #""platform":"openvino_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,3]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,2]}]"#
                ))
            // [1,2,3] · [[1,2],[3,4],[5,6]] + [0.5,-0.5]
            let answer = try await server.infer("affine", "[1,2,3, 0,0,0]", shape: "[2,3]")
            #expect(try answer.values(Float.self) == [22.5, 27.5, 0.5, -0.5])
            #expect(answer.text.contains("\"shape\":[2,2]"))
        }
    }

    /// The same model in every form that `make_models.py` writes.
    @Test(arguments: [
        (["affine.xml", "affine.bin"], "openvino_ir"), (["affine.pb"], "openvino_tensorflow"),
        (["affine.savedmodel"], "openvino_tensorflow"),
    ])
    func otherFormatsComputeTheSame(files: [String], platform: String) async throws {
        let repository = try ModelRepository()
        try repository.write("", to: "m/1/.keep")
        for file in files {
            try FileManager.default.copyItem(
                atPath: Repository.fixture("InferenceTests", file), toPath: "\(repository.path)/m/1/\(file)")
        }
        try repository.write(
            "{\"backend\": \"openvino\", \"file\": \"\(files[0])\", \"instances\": 2}", to: "m/config.json")
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2/models/m").text
            #expect(metadata.contains("\"platform\":\"\(platform)\""), "\(metadata)")
            #expect(metadata.contains(#"[{"name":"x","datatype":"FP32","shape":[-1,3]}]"#), "\(metadata)")
            for (data, rows, expected) in [
                ("1,2,3", 1, [22.5, 27.5]), ("1,2,3, 0,0,0", 2, [22.5, 27.5, 0.5, -0.5]),
            ] as [(String, Int, [Float])] {
                let values = try await server.infer("m", "[\(data)]", shape: "[\(rows),3]").values(Float.self)
                #expect(values == expected)
            }
        }
    }

    /// Files that the frameworks themselves wrote, with what these computed (`make_tensorflow_models.py`,
    /// `make_paddle_model.py`).
    @Test(arguments: [
        FrameworkModel("network.savedmodel", platform: "openvino_tensorflow", outputs: "tensorflow"),
        FrameworkModel("network.pb", platform: "openvino_tensorflow", outputs: "tensorflow"),
        FrameworkModel("network.tflite", platform: "openvino_tflite", outputs: "lite", input: "serving_default_x:0"),
        FrameworkModel("paddle.pdmodel", "paddle.pdiparams", platform: "openvino_paddle", outputs: "paddle"),
    ])
    func aFrameworksOwnFilesComputeWhatItDoes(model: FrameworkModel) async throws {
        let expected = try model.expected()
        let repository = try ModelRepository()
        try repository.write("", to: "m/1/.keep")
        for file in model.files {
            try FileManager.default.copyItem(
                atPath: Repository.fixture("InferenceTests", "frameworks/\(file)"),
                toPath: "\(repository.path)/m/1/\(file)")
        }
        try repository.write("{\"backend\": \"openvino\", \"file\": \"\(model.files[0])\"}", to: "m/config.json")
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2/models/m").text
            #expect(metadata.contains("\"platform\":\"\(model.platform)\""), "\(metadata)")
            for rows in [expected.x.count / 4, 1] {
                let json =
                    "{\"inputs\":[{\"name\":\"\(model.input)\",\"shape\":[\(rows),4],\"datatype\":\"FP32\",\"data\":\(expected.x.prefix(rows * 4))}]}"
                let values = try await server.post("/v2/models/m/infer", json).values(Float.self)
                #expect(values.count == rows * 3)
                // Sums of 8 products in another order.
                #expect(zip(values, expected.y).allSatisfy { abs($0 - $1) < 1e-6 }, "\(values)")
            }
        }
    }

    /// Found by `backend-conformance`: OpenVINO alone would refuse these sound shapes from then on.
    @Test func inputsThatDoNotFitSpoilNoLaterRequest() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("add")
        try await InferenceServer.with(repository) { server in
            func add(_ rows: Int, _ others: Int) async throws -> Int {
                func input(_ name: String, _ rows: Int) -> String {
                    "{\"name\":\"\(name)\",\"shape\":[\(rows),2],\"datatype\":\"INT64\",\"data\":\(Array(1...2 * rows))}"
                }
                let json = "{\"inputs\":[\(input("a", rows)),\(input("b", others))]}"
                return try await server.post("/v2/models/add/infer", json).status
            }
            for _ in 0..<3 {
                let (sound, misfit, again) = (try await add(2, 2), try await add(3, 2), try await add(2, 2))
                #expect(sound == 200 && misfit == 400 && again == 200)
            }
        }
    }

    @Test func batchSizesMayChangeFromRequestToRequest() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("affine", extra: "\"instances\": 2,")
        try await InferenceServer.with(repository) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batch in 1...32 {
                    group.addTask {
                        let rows = (0..<batch).map { Float($0) }
                        let data = rows.map { "\($0),0,0" }.joined(separator: ",")
                        let answer = try await server.infer("affine", "[\(data)]", shape: "[\(batch),3]")
                        #expect(try answer.values(Float.self) == rows.flatMap { [$0 + 0.5, 2 * $0 - 0.5] })
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func namedDimensionsMustAgree() async throws {
        let repository = try ModelRepository()
        let axes = #""axes": {"a": ["batch", "sequence"], "b": ["batch", "sequence"]}, "limits": {"sequence": 3},"#
        try repository.addONNX("add", extra: axes)
        try await InferenceServer.with(repository) { server in
            func add(_ first: Int, _ second: Int) async throws -> InferenceServer.Answer {
                func input(_ name: String, _ size: Int) -> String {
                    "{\"name\":\"\(name)\",\"shape\":[1,\(size)],\"datatype\":\"INT64\",\"data\":\(Array(1...size))}"
                }
                return try await server.post(
                    "/v2/models/add/infer", "{\"inputs\":[\(input("a", first)),\(input("b", second))]}")
            }
            let sum = try await add(2, 2)
            #expect(try sum.values(Int64.self) == [2, 4])
            let mismatch = try await add(2, 3)
            #expect(mismatch.error == "sequence differs between inputs: 2 in 'a', 3 in 'b'")
            let tooLong = try await add(4, 4)
            #expect(tooLong.error == "input 'a': sequence is 4, at most 3 is allowed")
        }
    }

    /// Without named dimensions only the engine can tell; that is still the caller's fault.
    @Test func shapesThatTheEngineRefusesAre400() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("add")
        try await InferenceServer.with(repository) { server in
            let json =
                #"{"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[1,2]},{"name":"b","shape":[1,3],"datatype":"INT64","data":[1,2,3]}]}"#
            for _ in 0..<3 {
                let answer = try await server.post("/v2/models/add/infer", json)
                #expect(answer.status == 400)
                #expect(answer.error?.contains("running the model") == true)
            }
            let sound = json.replacing("[1,3]", with: "[1,2]").replacing("[1,2,3]", with: "[4,5]")
            #expect(try await server.post("/v2/models/add/infer", sound).values(Int64.self) == [5, 7])
        }
    }

    @Test func outputsThatJSONCannotCarryAreRefusedThereAndAnsweredInBinary() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("log")
        try await InferenceServer.with(repository) { server in
            let refused = try await server.infer("log", "[1,0,-1]", shape: "[3]")
            #expect(refused.status == 422)
            #expect(refused.error?.contains("request it with binary_data") == true)
            let answer = try await server.infer(
                "log", "[1,0,-1]", shape: "[3]", rest: ",\"parameters\":{\"binary_data_output\":true}")
            let message = try InferenceResponseMessage(
                body: answer.body, headerLength: try #require(answer.headerLength))
            let values = try #require(message["y"]?.floats)
            #expect(values[0] == 0 && values[1] == -.infinity && values[2].isNaN)
        }
    }

    @Test(arguments: [
        ("random bytes", "\u{1}\u{2}nonsense", "{\"backend\": \"openvino\"}", "reading the model"),
        ("empty", "", "{\"backend\": \"openvino\"}", "reading the model"),
        (
            "unknown parameter", "", "{\"backend\": \"openvino\", \"parameters\": {\"speed\": 9}}",
            "unknown parameter 'speed'"
        ),
        (
            "wrong precision", "", "{\"backend\": \"openvino\", \"parameters\": {\"precision\": \"int4\"}}",
            "expected f32 or bf16"
        ),
        ("wrong threads", "", "{\"backend\": \"openvino\", \"parameters\": {\"threads\": 0}}", "expected 1 to 1024"),
        ("wrong streams", "", "{\"backend\": \"openvino\", \"parameters\": {\"streams\": 65}}", "expected 1 to 64"),
    ])
    func aBrokenModelIsUnavailableWhileOthersServe(name: String, model: String, config: String, reason: String)
        async throws
    {
        let repository = try ModelRepository()
        try repository.write(model, to: "broken/1/model.onnx")
        try repository.write(config, to: "broken/config.json")
        try repository.addONNX("affine")
        try await InferenceServer.with(repository) { server in
            let index = try await server.post("/v2/repository/index", "").text
            #expect(index.contains(reason), "\(index)")
            let sound = try await server.infer("affine", "[1,2,3]", shape: "[1,3]")
            #expect(sound.status == 200)
        }
        try await InferenceServer.with(repository, flags: ["--readiness-strict", "true"]) { server in
            let answer = try await server.get("/v2/health/ready")
            #expect(answer.status == 400)
            #expect(answer.error?.contains("model 'broken' is unavailable") == true)
        }
    }

    @Test func everyParameterIsAccepted() async throws {
        let repository = try ModelRepository()
        for precision in ["f32", "bf16"] {
            try repository.addONNX(
                "affine", extra: "\"parameters\": {\"precision\": \"\(precision)\", \"threads\": 2, \"streams\": 2},")
            try await InferenceServer.with(repository) { server in
                let values = try await server.infer("affine", "[1,2,3]", shape: "[1,3]").values(Float.self)
                // 22.5 and 27.5 have few enough bits for bf16.
                #expect(values == [22.5, 27.5])
            }
            try FileManager.default.removeItem(atPath: "\(repository.path)/affine")
        }
    }
}

/// A model in `Fixtures/frameworks`.
struct FrameworkModel: Sendable, CustomTestStringConvertible {
    var files: [String]
    var platform: String
    var outputs: String
    var input: String

    var testDescription: String { files[0] }

    init(_ files: String..., platform: String, outputs: String, input: String = "x") {
        self.files = files
        self.platform = platform
        self.outputs = outputs
        self.input = input
    }

    /// Inputs and outputs as the framework printed them.
    func expected() throws -> (x: [Float], y: [Float]) {
        let name = outputs == "paddle" ? "paddle.json" : "tensorflow.json"
        let bytes = try Data(contentsOf: URL(filePath: Repository.fixture("InferenceTests", "frameworks/\(name)")))
        let values = try [UInt8](bytes).withUnsafeBytes { try JSONValue(parsing: $0) }
        guard case .object(let members) = values, case .array(let x)? = members["x"],
            case .array(let y)? = members[outputs]
        else { throw CocoaError(.fileReadCorruptFile) }
        func float(_ value: JSONValue) -> Float {
            switch value {
            case .number(let number, _): Float(number)
            case .integer(let integer): Float(integer)
            default: .nan
            }
        }
        return (x.map(float), y.map(float))
    }
}
