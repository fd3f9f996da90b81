import FoundationEssentials
import ServiceTesting
import Testing

/// Requests that the executable refuses, each again and again: it says so, lives, and keeps no memory of them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RefusedRequestTests {
    struct Row: Sendable {
        var name: String
        var path: String
        var body: [UInt8]
        var headers: [(String, String)] = []
        var status = 400

        static func infer(_ name: String, _ model: String, _ datatype: String, data: String, rest: String = "") -> Row {
            let json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"\(datatype)\",\"data\":\(data)}]\(rest)}"
            return Row(name: name, path: "v2/models/\(model)/infer", body: Array(json.utf8))
        }

        static func binary(_ name: String, _ model: String, _ datatype: String, _ bytes: [UInt8]) -> Row {
            let json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"\(datatype)\",\"parameters\":{\"binary_data_size\":\(bytes.count)}}]}"
            return Row(
                name: name, path: "v2/models/\(model)/infer", body: Array(json.utf8) + bytes,
                headers: [("Inference-Header-Content-Length", String(json.utf8.count))])
        }

        static func output(_ model: String, _ datatype: String, _ data: String, classification: String) -> Row {
            infer(
                "classification \(classification) of \(datatype)", model, datatype, data: data,
                rest: ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":\(classification)}}]")
        }

        static func load(_ name: String, _ parameters: String) -> Row {
            Row(name: name, path: "v2/repository/models/n/load", body: Array("{\"parameters\":{\(parameters)}}".utf8))
        }

        static func encoded(_ name: String, _ encoding: String, _ body: [UInt8], status: Int = 400) -> Row {
            Row(
                name: name, path: "v2/models/m/infer", body: body, headers: [("Content-Encoding", encoding)],
                status: status)
        }

        static func path(_ path: String) -> Row { Row(name: path, path: path, body: Array("{}".utf8), status: 404) }
    }

    private static let gzipHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    static let rows: [Row] =
        numbers + tensors + uploads + encodings
        + [
            .path("V2/models/m/infer"), .path("v2%2Fmodels/m/infer"),
            .path("v2/models/m/infer/x"), .path("v2/models/m/Infer"), .path("v2/models/m;a=b/infer"),
        ]

    private static let numbers: [Row] = [
        .infer("NaN", "m", "FP32", data: "[NaN]"), .infer("1e400", "m", "FP32", data: "[1e400]"),
        .infer("1e39 in FP32", "m", "FP32", data: "[1e39]"), .infer("-1 in UINT8", "u8", "UINT8", data: "[-1]"),
        .infer("256 in UINT8", "u8", "UINT8", data: "[256]"), .infer("3.5 in INT64", "i64", "INT64", data: "[3.5]"),
        .infer("2^63 in INT64", "i64", "INT64", data: "[9223372036854775808]"),
        .infer("1e3 in INT64", "i64", "INT64", data: "[1e3]"), .infer("2 in BOOL", "bool", "BOOL", data: "[2]"),
        .infer("a number in BYTES", "bytes", "BYTES", data: "[1]"), .infer("FP16 in JSON", "fp16", "FP16", data: "[1]"),
        .infer("timeout 2^63", "m", "FP32", data: "[1]", rest: ",\"parameters\":{\"timeout\":9223372036854775808}"),
        .infer("priority 2^64", "m", "FP32", data: "[1]", rest: ",\"parameters\":{\"priority\":18446744073709551616}"),
    ]

    private static let tensors: [Row] = [
        .binary("a length word past the end", "bytes", "BYTES", [5, 0, 0, 0, 97]),
        .binary("the largest length word", "bytes", "BYTES", [255, 255, 255, 255]),
        .binary("three bytes of a length word", "bytes", "BYTES", [0, 0, 0]),
        .binary("two strings for one", "bytes", "BYTES", [0, 0, 0, 0, 0, 0, 0, 0]),
        .binary("no string", "bytes", "BYTES", []), .binary("a BOOL of 2", "bool", "BOOL", [2]),
        .binary("half an FP16", "fp16", "FP16", [0]), .binary("three FP16 halves", "fp16", "FP16", [0, 0, 0]),
        .output("m", "FP32", "[1]", classification: "0"), .output("m", "FP32", "[1]", classification: "-1"),
        .output("bytes", "BYTES", "[\"a\"]", classification: "1"),
    ]

    private static let uploads: [Row] = [
        .load("no configuration", #""file:1/model.onnx":"""#),
        .load("no base64", #""config":"{\"backend\":\"test\"}","file:1/model.onnx":"?""#),
        .load("a file above", #""config":"{\"backend\":\"test\"}","file:../../x":"""#),
        .load("an absolute file", #""config":"{\"backend\":\"test\"}","file:/etc/x":"""#),
        .load("a file beside", #""config":"{\"backend\":\"test\"}","file:1/../x":"""#),
        .load("version 0", #""config":"{\"backend\":\"test\"}","file:0/x":"""#),
        .load("another name", #""config":"{\"backend\":\"test\",\"name\":\"o\"}","file:1/model.onnx":"""#),

        .load("labels above", #""config":"{\"backend\":\"test\",\"labels\":{\"y\":\"..\"}}","file:1/model.onnx":"""#),
    ]

    private static let encodings: [Row] = [
        .encoded("no gzip", "gzip", Array("{}".utf8)), .encoded("cut-off gzip", "gzip", gzipHead + [0x4B]),
        .encoded("gzip with a wrong checksum", "gzip", gzipHead + [3, 0, 1, 2, 3, 4, 0, 0, 0, 0]),
        .encoded("no deflate", "deflate", Array("{}".utf8)),
        .encoded("an unknown encoding", "zstd", Array("{}".utf8), status: 501),
        .encoded("two encodings", "gzip, gzip", gzipHead, status: 501),
    ]

    @Test func whatIsRefusedCostsNoMemory() async throws {
        let repository = try ModelRepository()
        let uploads = try ModelRepository()
        try repository.addEcho("m")
        for (model, datatype) in [
            ("u8", "UINT8"), ("i64", "INT64"), ("bool", "BOOL"), ("bytes", "BYTES"), ("fp16", "FP16"),
        ] {
            try repository.addEcho(model, parameters: "\"datatype\": \"\(datatype)\"")
        }
        let flags = [
            "--models-control", "explicit", "--models-load", "*", "--models-upload-path", uploads.path,
        ]
        try await FaultyServer.with(repository, flags: flags) { server in
            let growth = try await server.growth {
                for _ in 0..<40 {
                    for row in Self.rows {
                        let answer = try await server.post("/" + row.path, row.body, headers: row.headers)
                        #expect(answer.status == row.status, "\(row.name): \(answer.status) \(answer.text.prefix(200))")
                        #expect(answer.text.contains("error"), "\(row.name): \(answer.text.prefix(200))")
                    }
                }
                #expect(try await server.infer().status == 200)
            }
            // A kilobyte kept of each request of a round would be a third of this.
            #expect(growth < 6 << 20, "grew by \(growth) bytes over \(40 * Self.rows.count) requests")
            #expect(uploads.folders.isEmpty)
        }
    }
}
