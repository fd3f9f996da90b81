import FoundationEssentials
import Inference
import NIOCore
import ServiceAPI
import Testing

/// The Open Inference Protocol over a real server.
@Suite struct ProtocolTests {
    @Test func serverAndModelDescribeThemselves() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: "\"versions\": \"all\",", versions: [1, 3])
        try await InferenceServer.with(repository) { server in
            let metadata = try await server.get("/v2")
            #expect(metadata.text.contains("\"binary_tensor_data\"") && metadata.text.contains("\"statistics\""))
            #expect(try await server.get("/v2/health/live").text == "{\"live\":true}")
            #expect(try await server.get("/v2/health/ready").text == "{\"ready\":true}")
            let model = try await server.get("/v2/models/m")
            #expect(
                model.text
                    == #"{"name":"m","versions":["1","3"],"platform":"test_echo","inputs":[{"name":"x","datatype":"FP32","shape":[-1]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1]},{"name":"z","datatype":"FP32","shape":[-1]}]}"#
            )
            #expect(try JSONDecoder().decode(ModelMetadata.self, from: Data(model.text.utf8)).versions == ["1", "3"])
            #expect(try await server.get("/v2/models/m/ready").text == "{\"name\":\"m\",\"ready\":true}")
            #expect(try await server.get("/v2/models/m/versions/1/ready").status == 200)
            #expect(try await server.get("/v2/models/%6D").status == 200)
            #expect(try await server.infer("m", "[1]", shape: "[1]").text.contains("\"model_version\":\"3\""))
            #expect(
                try await server.infer("m/versions/1", "[1]", shape: "[1]").text.contains("\"model_version\":\"1\""))
            #expect(
                try await server.post("/v2/repository/index", "{\"ready\":true}").text
                    == #"[{"name":"m","version":"1","state":"READY","reason":""},{"name":"m","version":"3","state":"READY","reason":""}]"#
            )
            #expect(try await server.get("/health/ready").status == 200)
        }
    }

    @Test(arguments: [
        ("/v2/models/absent", 404, "unknown model 'absent'"), ("/v2/models/absent/ready", 404, "unknown model"),
        ("/v2/models/m/versions/2", 404, "model 'm' has no version 2"),
        ("/v2/models/m/versions/0", 404, "no version 0"),
        ("/v2/models/m/versions/-1", 400, "version '-1' is not a positive integer"),
        ("/v2/models/m/versions/18446744073709551616", 404, "no version"),
        ("/v2/models/%2e%2e%2fsecret", 404, "unknown model '../secret'"),
        ("/v2/models/m%00", 404, "unknown model"), ("/v2/nothing", 404, "no resource"),
        ("/v2/models/m/infer", 405, "GET is not allowed"),
    ])
    func wrongPathsAnswerInTheProtocolsForm(path: String, status: Int, message: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.get(path)
            #expect(answer.status == status)
            #expect(answer.error?.contains(message) == true, "\(answer.text)")
        }
    }

    @Test(arguments: [
        ("BOOL", "[true,false]", [UInt8]([1, 0])), ("UINT8", "[0,255]", [0, 255]), ("INT8", "[-128,127]", [128, 127]),
        ("UINT16", "[1,65535]", [1, 0, 255, 255]), ("INT16", "[-1,256]", [255, 255, 0, 1]),
        ("UINT32", "[1,4294967295]", [1, 0, 0, 0, 255, 255, 255, 255]),
        ("INT32", "[-2,1]", [254, 255, 255, 255, 1, 0, 0, 0]),
        ("UINT64", "[18446744073709551615]", [255, 255, 255, 255, 255, 255, 255, 255]),
        ("INT64", "[-9223372036854775808]", [0, 0, 0, 0, 0, 0, 0, 128]),
        ("FP32", "[1.0,-0.1]", [0, 0, 128, 63, 205, 204, 204, 189]),
        ("FP64", "[0.1]", [154, 153, 153, 153, 153, 153, 185, 63]),
        ("BYTES", "[\"h\\u0000\\\"\",\"\"]", [3, 0, 0, 0, 104, 0, 34, 0, 0, 0, 0]),
    ])
    func everyDatatypePassesInBothForms(datatype: String, json: String, bytes: [UInt8]) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"datatype\": \"\(datatype)\"")
        let count = json.split(separator: ",").count
        let head = "{\"inputs\":[{\"name\":\"x\",\"shape\":[\(count)],\"datatype\":\"\(datatype)\","
        let outputs = "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":"
        try await InferenceServer.with(repository) { server in
            for isBinary in [false, true] {
                let plain = try await server.post(
                    "/v2/models/m/infer", head + "\"data\":\(json)}],\(outputs)\(isBinary)}}]}")
                let binary = try await server.inferBinary(
                    "m", head + "\"parameters\":{\"binary_data_size\":\(bytes.count)}}],\(outputs)\(isBinary)}}]}",
                    bytes)
                for answer in [plain, binary] {
                    #expect(answer.status == 200, "\(answer.text)")
                    if isBinary {
                        let length = try #require(answer.headerLength)
                        #expect(answer.headers["content-type"] == "application/octet-stream")
                        #expect(Array(answer.body.readableBytesView.dropFirst(length)) == bytes)
                    } else {
                        #expect(answer.headerLength == nil)
                        #expect(answer.text.contains("\"data\":\(json)}]}"), "\(answer.text)")
                    }
                }
            }
        }
    }

    @Test(arguments: ["FP16", "BF16"])
    func halvesTravelOnlyInBinaryForm(datatype: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"datatype\": \"\(datatype)\"")
        try await InferenceServer.with(repository) { server in
            let refused = try await server.infer("m", "[1]", shape: "[1]", datatype: datatype)
            #expect(refused.status == 400)
            #expect(refused.error?.contains("binary form") == true)
            let head =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"\(datatype)\",\"parameters\":{\"binary_data_size\":2}}]"
            let answer = try await server.inferBinary(
                "m", head + ",\"parameters\":{\"binary_data_output\":true}}", [0x3C, 0x40])
            let message = try InferenceResponseMessage(
                body: answer.body, headerLength: try #require(answer.headerLength))
            #expect(message["y"].map { Array($0.data.readableBytesView) } == [0x3C, 0x40])
            #expect(message["z"]?.datatype.rawValue == datatype)
            let json = try await server.inferBinary("m", head + "}", [0x3C, 0x40])
            #expect(json.status == 400)
            #expect(json.error?.contains("has no JSON form") == true)
        }
    }

    @Test func theSharedClientMessagesAreUnderstood() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository) { server in
            let request = InferenceRequestMessage(
                id: "a\"b", inputs: [Tensor(name: "x", shape: [3], [1, 2.5, -3] as [Float])])
            let (body, headerLength) = try request.encoded()
            // The content type says nothing: MLServer's client sends binary bodies as application/json.
            let answer = try await server.post(
                "/v2/models/m/infer", Array(body.readableBytesView),
                headers: [("Inference-Header-Content-Length", "\(headerLength)"), ("Content-Type", "application/json")])
            let message = try InferenceResponseMessage(
                body: answer.body, headerLength: try #require(answer.headerLength))
            #expect(message.id == "a\"b")
            #expect(message.outputs.map(\.name) == ["y", "z"])
            #expect(message["z"]?.floats == [1, 2.5, -3])
        }
    }

    @Test func floatsAreWrittenInTheirShortestForm() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.infer("m", "[0.1,16777216,1e-7,3.4028235e38,-0,1.0e-45]", shape: "[6]")
            #expect(answer.text.contains("\"data\":[0.1,16777216.0,1e-07,3.4028235e+38,-0.0,1e-45]}"), "\(answer.text)")
            #expect(
                try answer.values(Float.self) == [
                    0.1, 16_777_216, 1e-7, .greatestFiniteMagnitude, 0, .leastNonzeroMagnitude,
                ])
        }
    }
}
