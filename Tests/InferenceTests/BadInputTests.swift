import FoundationEssentials
import Inference
import Testing

/// What a hostile or broken client may send: each row is answered with a 4xx that names the cause, and costs no memory.
@Suite struct BadInputTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var body: [UInt8]
        var headerLength: String?
        var headers: [(String, String)] = []
        var status = 400
        var message: String

        var testDescription: String { name }

        init(
            _ name: String, _ json: String, tail: [UInt8] = [], header: String? = nil, status: Int = 400,
            _ message: String
        ) {
            self.name = name
            self.body = Array(json.utf8) + tail
            self.headerLength = header
            self.status = status
            self.message = message
        }

        static func input(_ name: String, _ members: String, _ message: String) -> Row {
            Row(name, "{\"inputs\":[{\(members)}]}", message)
        }

        static func binary(_ name: String, _ members: String, _ tail: [UInt8], header: String? = nil, _ message: String)
            -> Row
        {
            let json = "{\"inputs\":[{\(members)}]}"
            return Row(name, json, tail: tail, header: header ?? String(json.utf8.count), message)
        }
    }

    private static let x = #""name":"x","datatype":"FP32""#

    static let rows: [Row] = [
        Row("empty", "", "expected an object"),
        Row("not JSON", "hello", "expected an object"),
        Row("truncated", #"{"inputs":[{"name":"x","#, "expected a string"),
        Row("trailing bytes", #"{"inputs":[]} x"#, "expected the end"),
        Row("no inputs", "{}", "'inputs' is missing"),
        Row("no input", #"{"inputs":[]}"#, "missing: 'x'"),
        Row("an array", "[]", "expected an object"),
        Row("duplicate key", #"{"inputs":[],"inputs":[]}"#, "the key 'inputs' occurs twice"),
        Row("deep JSON", #"{"x":"# + String(repeating: "[", count: 250_000), "nested deeper than 64"),
        Row("NUL byte", "{\"id\":\"\0\"}", "control character"),
        Row("lone surrogate", #"{"id":"\ud800"}"#, "lone surrogate"),
        Row("reversed surrogates", #"{"id":"\udc00\ud800"}"#, "lone surrogate"),
        Row("bad escape", #"{"id":"\x"}"#, "unknown escape"),
        Row("not UTF-8", "{\"id\":\"", tail: [0xFF, 0x22, 0x7D], "not UTF-8"),
        Row("null id", #"{"id":null,"inputs":[]}"#, "'id' must be a string"),
        Row("number as id", #"{"id":7,"inputs":[]}"#, "'id' must be a string"),
        Row("inputs an object", #"{"inputs":{}}"#, "expected an array"),
        Row("outputs a string", #"{"inputs":[],"outputs":"y"}"#, "expected an array"),
        .input("no name", #""datatype":"FP32","shape":[1],"data":[1]"#, "has no 'name'"),
        .input("no datatype", #""name":"x","shape":[1],"data":[1]"#, "has no 'datatype'"),
        .input("no shape", #"\#(x),"data":[1]"#, "has no 'shape'"),
        .input("no data", #"\#(x),"shape":[1]"#, "neither 'data' nor 'binary_data_size'"),
        .input(
            "unknown datatype", #""name":"x","datatype":"FLOAT","shape":[1],"data":[1]"#, "unknown datatype 'FLOAT'"),
        .input("other datatype", #""name":"x","datatype":"INT32","shape":[1],"data":[1]"#, "the model expects FP32"),
        .input("unknown input", #""name":"q","datatype":"FP32","shape":[1],"data":[1]"#, "missing: 'x'"),
        .input("negative dimension", #"\#(x),"shape":[-1],"data":[1]"#, "a dimension of a shape is -1"),
        .input("zero dimension", #"\#(x),"shape":[0],"data":[]"#, "no elements"),
        .input("fractional dimension", #"\#(x),"shape":[1.5],"data":[1]"#, "a dimension of a shape is 1.5"),
        .input("rank 0", #"\#(x),"shape":[],"data":[1]"#, "expected [-1], got []"),
        .input("rank 2", #"\#(x),"shape":[1,1],"data":[1]"#, "expected [-1], got [1, 1]"),
        .input(
            "rank 10,000", #"\#(x),"shape":[\#(Array(repeating: "1", count: 10_000).joined(separator: ","))]"#,
            "more than 64"),
        .input("overflowing shape", #"\#(x),"shape":[16,1152921504606846978],"data":[1]"#, "fewer elements than shape"),
        .input("shape product wraps to 16", #"\#(x),"shape":[4,4611686018427387908],"data":[1]"#, "fewer elements"),
        .input("2^64 as dimension", #"\#(x),"shape":[18446744073709551616],"data":[1]"#, "a dimension of a shape"),
        .input("huge shape", #"\#(x),"shape":[1000000000],"data":[1]"#, "fewer elements than shape"),
        .input("too few", #"\#(x),"shape":[3],"data":[1,2]"#, "2 elements, fewer than"),
        .input("too many", #"\#(x),"shape":[1],"data":[1,2]"#, "more than the 1 elements"),
        .input("too deep data", #"\#(x),"shape":[1],"data":[[1]]"#, "nests deeper"),
        .input("NaN", #"\#(x),"shape":[1],"data":[NaN]"#, "expected a value"),
        .input("Infinity", #"\#(x),"shape":[1],"data":[Infinity]"#, "expected a value"),
        .input("1e400", #"\#(x),"shape":[1],"data":[1e400]"#, "1e400 does not fit FP32"),
        .input("boolean in FP32", #"\#(x),"shape":[1],"data":[true]"#, "expected a value"),
        .input("string in FP32", #"\#(x),"shape":[1],"data":["1"]"#, "expected a value"),
        .input(
            "shared memory", #"\#(x),"shape":[1],"parameters":{"shared_memory_region":"r"}"#,
            "shared memory is not supported"),
        .input(
            "nested parameter", #"\#(x),"shape":[1],"parameters":{"a":{}},"data":[1]"#, "parameter 'a' is an object"),
        .input("both forms", #"\#(x),"shape":[1],"parameters":{"binary_data_size":4},"data":[1]"#, "both 'data' and"),
        .binary(
            "too short a blob", #"\#(x),"shape":[2],"parameters":{"binary_data_size":8}"#, [0, 0, 0, 0],
            "the body has 4 left"),
        .binary(
            "bytes left over", #"\#(x),"shape":[1],"parameters":{"binary_data_size":4}"#, [0, 0, 0, 0, 0],
            "1 bytes follow"),
        .binary(
            "size against shape", #"\#(x),"shape":[2],"parameters":{"binary_data_size":4}"#, [0, 0, 0, 0],
            "needs 2 × 4 bytes, got 4"),
        .binary("negative size", #"\#(x),"shape":[1],"parameters":{"binary_data_size":-4}"#, [], "'binary_data_size'"),
        .binary("size a string", #"\#(x),"shape":[1],"parameters":{"binary_data_size":"4"}"#, [], "'binary_data_size'"),
        .binary(
            "size 2^63", #"\#(x),"shape":[1],"parameters":{"binary_data_size":9223372036854775808}"#, [],
            "'binary_data_size'"),
        .binary(
            "size of Int.max", #"\#(x),"shape":[1],"parameters":{"binary_data_size":9223372036854775807}"#, [1],
            "the body has 1 left"),
        .binary(
            "wrapping shape", #"\#(x),"shape":[4611686018427387905],"parameters":{"binary_data_size":4}"#,
            [0, 0, 0, 0], "byte size"),
        Row("header length -1", "{}", header: "-1", "Inference-Header-Content-Length is '-1'"),
        Row("header length abc", "{}", header: "abc", "Inference-Header-Content-Length is 'abc'"),
        Row("header length beyond the body", "{}", header: "3", "expected 0 to 2"),
        Row("header length beyond Int", "{}", header: "99999999999999999999", "Inference-Header-Content-Length"),
        Row("header length 0", "{}", header: "0", "a body of 2 bytes is no multiple"),
        Row("header length inside a character", #"{"id":"é"}"#, header: "8", "not end"),
        Row(
            "unknown output",
            #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],"outputs":[{"name":"q"}]}"#,
            "unexpected output 'q'"),
        Row(
            "duplicate output",
            #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],"outputs":[{"name":"y"},{"name":"y"}]}"#,
            "'y' is requested twice"),
        Row(
            "duplicate input",
            #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]},{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}"#,
            "'x' is given twice"),
        Row(
            "100,000 outputs",
            #"{"inputs":[],"outputs":[\#(Array(repeating: #"{"name":"y"}"#, count: 100_000).joined(separator: ","))]}"#,
            "more than 1024 outputs"),
        Row(
            "classification 0", #"{"inputs":[],"outputs":[{"name":"y","parameters":{"classification":0}}]}"#,
            "'classification' is 0"),
        Row(
            "binary_data a number", #"{"inputs":[],"outputs":[{"name":"y","parameters":{"binary_data":1}}]}"#,
            "expected a boolean"),
        Row("reserved parameter", #"{"inputs":[],"parameters":{"triton_x":1}}"#, "reserved"),
        Row("sequence", #"{"inputs":[],"parameters":{"sequence_id":1}}"#, "sequences are not supported"),
        Row("priority a string", #"{"inputs":[],"parameters":{"priority":"high"}}"#, "parameter 'priority'"),
        Row("timeout negative", #"{"inputs":[],"parameters":{"timeout":-1}}"#, "parameter 'timeout'"),
    ]

    @Test func everyRowIsAnsweredAndCostsNoMemory() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        // The executable, because tests share their process's memory.
        try await FaultyServer.with(repository) { server in
            for row in Self.rows {
                let answer = try await send(row, server)
                #expect(answer.status == row.status, "\(row.name): \(answer.text.prefix(300))")
                let message = try JSONDecoder().decode([String: String].self, from: Data(answer.text.utf8))["error"]
                #expect(message?.contains(row.message) == true, "\(row.name): \(answer.text.prefix(300))")
            }
            let small = Self.rows.filter { $0.body.count < 4096 }
            let growth = try await server.growth {
                for _ in 0..<40 {
                    for row in small {
                        let status = try await send(row, server).status
                        #expect(status == row.status, "\(row.name)")
                    }
                }
            }
            // Allocators keep some pages; two kilobytes kept of each request would be more than this.
            #expect(growth < 6 << 20, "grew by \(growth) bytes over \(40 * small.count) requests")
            #expect(try await server.infer().status == 200)
        }
    }

    @Test func aBodyBeyondTheLimitIs413() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository, flags: ["--limits-body", "1MiB"]) { server in
            let answer = try await server.post("/v2/models/m/infer", [UInt8](repeating: 0x20, count: (1 << 20) + 1))
            #expect(answer.status == 413)
            #expect(answer.error != nil)
            let encoded = try await server.post("/v2/models/m/infer", "{}", headers: [("Content-Encoding", "gzip")])
            #expect(encoded.status == 400)
            #expect(encoded.error?.contains("no valid gzip stream") == true)
        }
    }

    @Test(arguments: [
        ("a length word past the end", [UInt8]([5, 0, 0, 0, 97]), "incomplete string length indicator"),
        ("the largest length word", [255, 255, 255, 255], "incomplete string length indicator"),
        ("three bytes", [0, 0, 0], "incomplete string length indicator"),
        ("two elements for one", [0, 0, 0, 0, 0, 0, 0, 0], "unexpected number of string elements: 2"),
        ("nothing", [], "unexpected number of string elements: 0"),
    ])
    func malformedStringsAreRefused(name: String, bytes: [UInt8], message: String) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"datatype\": \"BYTES\"")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.inferBinary(
                "m",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":\(bytes.count)}}]}",
                bytes)
            #expect(answer.status == 400)
            #expect(answer.error?.contains(message) == true, "\(answer.text)")
        }
    }

    @Test func aBooleanByteIsZeroOrOne() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"datatype\": \"BOOL\"")
        try await InferenceServer.with(repository) { server in
            let answer = try await server.inferBinary(
                "m", #"{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}}]}"#,
                [2])
            #expect(answer.status == 400)
            #expect(answer.error?.contains("neither 0 nor 1") == true)
        }
    }

    private func send(_ row: Row, _ server: FaultyServer) async throws -> (status: Int, text: String) {
        try await server.post(
            "/v2/models/m/infer", row.body,
            headers: row.headers + (row.headerLength.map { [("Inference-Header-Content-Length", $0)] } ?? []))
    }
}
