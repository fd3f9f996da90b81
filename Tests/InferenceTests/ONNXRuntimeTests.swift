import FoundationEssentials
import Inference
import ServiceTesting
import Testing

/// The ONNX Runtime plugin on real models.
@Suite(.enabled(if: Plugins.isBuilt("onnxruntime"))) struct ONNXRuntimeTests {
    @Test func aModelComputes() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("affine", backend: "onnxruntime", extra: "\"instances\": 2,")
        try await InferenceServer.with(repository) { server in
            #expect(
                try await server.get("/v2/models/affine").text.contains(
                    #""platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP32","shape":[-1,3]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,2]}]"#
                ))
            // [1,2,3] · [[1,2],[3,4],[5,6]] + [0.5,-0.5]; the first execution copies its output, later ones do not.
            for _ in 0..<4 {
                let answer = try await server.infer("affine", "[1,2,3, 0,0,0]", shape: "[2,3]")
                #expect(try answer.values(Float.self) == [22.5, 27.5, 0.5, -0.5])
            }
            let metrics = try await server.get("/metrics").text
            #expect(
                metrics.contains(
                    #"quinion_backend_outputs_copied_total{backend="onnxruntime",model="affine",version="1"} 1"#))
        }
    }

    @Test func int64IsExact() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("add", backend: "onnxruntime")
        try await InferenceServer.with(repository) { server in
            let json =
                #"{"inputs":[{"name":"a","shape":[1,2],"datatype":"INT64","data":[9007199254740993,-9223372036854775808]},{"name":"b","shape":[1,2],"datatype":"INT64","data":[1,1]}]}"#
            let answer = try await server.post("/v2/models/add/infer", json)
            #expect(try answer.values(Int64.self) == [9_007_199_254_740_994, -9_223_372_036_854_775_807])
            let apart = json.replacing("\"b\",\"shape\":[1,2]", with: "\"b\",\"shape\":[1,3]").replacing(
                "[1,1]", with: "[1,1,1]")
            let refused = try await server.post("/v2/models/add/infer", apart)
            #expect(refused.status == 400)
            #expect(refused.error?.contains("running the model") == true)
        }
    }

    /// An output that was written in place because its shape had followed the input's, until one did not.
    @Test func aShapeThatStopsToFollowCostsOneRequestAtMost() async throws {
        let repository = try ModelRepository()
        try repository.addONNX("positive", backend: "onnxruntime")
        try await InferenceServer.with(repository) { server in
            func positive(_ data: String, _ count: Int) async throws -> InferenceServer.Answer {
                try await server.infer("positive", "[\(data)]", shape: "[\(count)]")
            }
            for _ in 0..<3 { #expect(try await positive("1,2,3", 3).values(Float.self) == [1, 2, 3]) }
            let first = try await positive("1,-2,3", 3)
            #expect(first.status == 503 && first.error?.contains("send the request again") == true, "\(first.text)")
            for _ in 0..<3 {
                #expect(try await positive("1,-2,3", 3).values(Float.self) == [1, 3])
                #expect(try await positive("4,5", 2).values(Float.self) == [4, 5])
            }
        }
    }

    @Test(arguments: [
        ("\"threads\": 0", "expected 1 to 1024"),
        ("\"optimization\": \"most\"", "expected none, basic, extended or all"),
        ("\"arena\": 3", "expected true or false"), ("\"speed\": 9", "unknown parameter 'speed'"),
    ])
    func aWrongParameterIsNamed(parameter: String, reason: String) async throws {
        let repository = try ModelRepository()
        try repository.addONNX("affine", backend: "onnxruntime", extra: "\"parameters\": {\(parameter)},")
        let index = try await InferenceServer.with(repository) { try await $0.post("/v2/repository/index", "").text }
        #expect(index.contains(reason), "\(index)")
    }

    @Test func everyParameterIsAccepted() async throws {
        let repository = try ModelRepository()
        try repository.addONNX(
            "affine", backend: "onnxruntime",
            extra: #""parameters": {"threads": 2, "optimization": "basic", "arena": false},"#)
        try await InferenceServer.with(repository) { server in
            let values = try await server.infer("affine", "[1,2,3]", shape: "[1,3]").values(Float.self)
            #expect(values == [22.5, 27.5])
        }
    }
}

/// Where a model may have its weights, for every backend that reads ONNX.
@Suite struct ExternalDataTests {
    @Test(
        arguments: ["openvino", "onnxruntime"].filter(Plugins.isBuilt),
        [
            ("weights.bin", nil), ("../outside.bin", "outside of its folder"),
            ("/etc/hostname", "by the absolute path"),
            ("sub/../weights.bin", "outside of its folder"), ("link.bin", "outside of its folder"),
            ("hard.bin", "which is a hard link"), ("absent.bin", "which is not there"), ("sub", "which is no file"),
        ] as [(String, String?)])
    func onlyTheModelsOwnFolderIsRead(backend: String, place: (String, String?)) async throws {
        let (location, reason) = place
        let repository = try ModelRepository()
        let folder = "\(repository.path)/m/1"
        try repository.write("", to: "m/1/sub/.keep")
        // 1.0 and 2.0
        let weights = Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
        for file in ["\(folder)/weights.bin", "\(repository.path)/m/outside.bin"] {
            try weights.write(to: URL(filePath: file))
        }
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.bin", withDestinationPath: "../outside.bin")
        try FileManager.default.linkItem(atPath: "\(repository.path)/m/outside.bin", toPath: "\(folder)/hard.bin")
        try Data(Self.model(location)).write(to: URL(filePath: "\(folder)/model.onnx"))
        try repository.write("{\"backend\": \"\(backend)\"}", to: "m/config.json")
        try await InferenceServer.with(repository) { server in
            let index = try await server.post("/v2/repository/index", "").text
            if let reason {
                #expect(index.contains("UNAVAILABLE") && index.contains(reason), "\(index)")
            } else {
                let values = try await server.infer("m", "[10,20]", shape: "[2]").values(Float.self)
                #expect(values == [11, 22])
            }
        }
    }

    /// The engine tells formats by content, so the name must not decide what is looked at.
    @Test(
        .enabled(if: Plugins.isBuilt("openvino")),
        arguments: [
            ("model.pb", [], "outside of its folder"), ("model.pdmodel", [], "outside of its folder"),
            ("model.savedmodel", [], "outside of its folder"), ("model.xml", [], "is no XML"),
            ("model.tflite", [], "is no TensorFlow Lite model"), ("model.bin", [], "ends in none of"),
            ("model", [], "ends in none of"), ("model.ONNX", [], "ends in none of"),
            // A field that onnx.proto has not, as a group: parsers pass over it.
            ("model.onnx", [0xA3, 0x06, 8, 1, 0xA4, 0x06], "outside of its folder"),
            ("model.pb", [0xA3, 0x06, 8, 1, 0xA4, 0x06], "outside of its folder"),
            // producer_name, so that "TFL3" is where TensorFlow Lite has it
            ("model.tflite", [0x12, 6, 97, 97, 0x54, 0x46, 0x4C, 0x33], "reading the model"),
        ] as [(String, [UInt8], String)])
    func anONNXModelUnderAnotherNameReadsNothingElseEither(file: String, head: [UInt8], reason: String) async throws {
        let repository = try ModelRepository()
        try repository.write("{\"backend\": \"openvino\", \"file\": \"\(file)\"}", to: "m/config.json")
        try repository.write("", to: "m/1/.keep")
        try Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]).write(to: URL(filePath: "\(repository.path)/m/outside.bin"))
        try Data(head + Self.model("../outside.bin")).write(to: URL(filePath: "\(repository.path)/m/1/\(file)"))
        let index = try await InferenceServer.with(repository) { try await $0.post("/v2/repository/index", "").text }
        #expect(index.contains("UNAVAILABLE") && index.contains(reason), "\(index)")
    }

    /// y = x + w, with w [2] in the file `location`: an ONNX model written by hand.
    private static func model(_ location: String) -> [UInt8] {
        func field(_ number: UInt8, _ value: [UInt8]) -> [UInt8] {
            precondition(value.count < 1 << 14)
            let length =
                value.count < 128 ? [UInt8(value.count)] : [UInt8(value.count & 127 | 128), UInt8(value.count >> 7)]
            return [number << 3 | 2] + length + value
        }
        func text(_ number: UInt8, _ value: String) -> [UInt8] { field(number, Array(value.utf8)) }
        func value(_ name: String) -> [UInt8] {
            // FLOAT, one dimension of 2
            text(1, name) + field(2, field(1, [1 << 3, 1] + field(2, field(1, [1 << 3, 2]))))
        }
        // dims, data_type, name, external_data, data_location = EXTERNAL
        let weights =
            [1 << 3, 2, 2 << 3, 1] + text(8, "w") + field(13, text(1, "location") + text(2, location))
            + [14 << 3, 1]
        let node = text(1, "x") + text(1, "w") + text(2, "y") + text(4, "Add")
        let graph =
            field(1, node) + text(2, "g") + field(5, weights) + field(11, value("x")) + field(12, value("y"))
        return [1 << 3, 8] + field(7, graph) + field(8, [2 << 3, 17])
    }
}
