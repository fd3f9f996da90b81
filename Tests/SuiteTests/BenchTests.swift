import Foundation
import NIOCore
import ServiceAPI
import ServiceTesting
import Suite
import Testing

/// `quinion bench`, its parts and the built executable against a real server.
@Suite struct BenchTests {
    @Test func percentilesAreNearestRanks() throws {
        let summary = try #require(LatencySummary(seconds: (1...100).shuffled().map { Double($0) / 1000 }))
        #expect(summary.mean.rounded(toPlaces: 6) == 50.5)
        #expect([summary.p50, summary.p90, summary.p95, summary.p99, summary.max] == [50, 90, 95, 99, 100])
        let one = try #require(LatencySummary(seconds: [0.25]))
        #expect([one.p50, one.p99, one.max] == [250, 250, 250])
        #expect(LatencySummary(seconds: []) == nil)
    }

    @Test func tensorsHaveTheShapesThatAreGiven() throws {
        let inputs = [
            ModelMetadata.TensorDescription(name: "ids", datatype: .int64, shape: [-1, -1]),
            ModelMetadata.TensorDescription(name: "x", datatype: .fp32, shape: [1, 4]),
            ModelMetadata.TensorDescription(name: "t", datatype: .bytes, shape: [-1, -1]),
        ]
        let tensors = try SampleTensors(inputs, shapes: [ShapeOption("2,3"), ShapeOption("t:1,2")]).tensors
        #expect(tensors.map(\.shape) == [[2, 3], [1, 4], [1, 2]])
        #expect(tensors[0].integers == [1, 1, 1, 1, 1, 1])
        #expect(tensors[1].floats?.allSatisfy { abs($0) <= 1 } == true)
        #expect(tensors[2].data.readableBytes == 2 * (4 + 15))
        let json = String(buffer: try BenchRequest([tensors[0], tensors[2]], format: .json).body)
        #expect(
            json
                == #"{"inputs":[{"name":"ids","shape":[2, 3],"datatype":"INT64","data":[1,1,1,1,1,1]},{"name":"t","shape":[1, 2],"datatype":"BYTES","data":["This is a text.","This is a text."]}]}"#
        )
        for (shapes, message) in [
            ([], "--shape ids:1,1"), (["2,3"], nil), (["2,3", "x:1,5"], "input 'x'"), (["ids:2"], "input 'ids'"),
            (["q:2"], "--shape names 'q'"),
        ] as [([String], String?)] {
            do {
                _ = try SampleTensors(inputs, shapes: shapes.map(ShapeOption.init))
                #expect(message == nil, "\(shapes)")
            } catch let error as CommandError {
                #expect(message.map(error.message.contains) == true, "\(shapes): \(error.message)")
            }
        }
        for text in ["", "a", "0", "-1", "x:", "1,,2", "100000,100000"] {
            #expect(throws: (any Error).self, "\(text)") { try ShapeOption(text) }
        }
    }

    private struct Result: Decodable {
        struct Load: Decodable {
            var requests: Int
            var failures: [String: Int]
            var requestsPerSecond: Double
            var latency: LatencySummary?
        }

        struct Server: Decodable {
            var requests: Int
            var executions: Int
            var batch: Double
            var compute: Double
        }

        struct Row: Decodable {
            var concurrency: Int?
            var rate: Double?
            var served: Load
            var server: Server?
            var engine: Load?
            var ofEngine: Double?
        }

        var model: String
        var platform: String
        var rows: [Row]
    }

    private static let plugins = "\(Repository.root)/.build/plugins"
    private static let hasEngine = FileManager.default.fileExists(atPath: "\(plugins)/libquinion_openvino.so")

    /// Runs it and gives what it printed, and its JSON.
    private func bench(_ url: String, _ words: [String]) throws -> (text: String, result: Result) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let command = [CommandLineTests.quinion, "bench"] + words + ["--url", url, "--json", file.path]
        let text = try Command.run("sh", "-c", command.map { "'\($0)'" }.joined(separator: " "))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (text, try decoder.decode(Result.self, from: Data(contentsOf: file)))
    }

    @Test(.enabled(if: hasEngine), .timeLimit(.minutes(2))) func aServedModelIsMeasuredBesideItsEngine() async throws {
        let repository = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: repository) }
        let folder = repository.appendingPathComponent("affine/1")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.fixture("InferenceTests", "affine.onnx"), toPath: folder.path + "/model.onnx")
        try Data(#"{"backend": "openvino", "instances": 2}"#.utf8).write(
            to: repository.appendingPathComponent("affine/config.json"))
        let server = try ServiceProcess(
            "inference",
            ["--models-path", repository.path, "--backends-path", Self.plugins, "--http-access-log", "false"])
        let url = try await server.readyURL()
        let brief = ["--duration", "0.4", "--warmup", "0.1"]

        let closed = try bench(
            url,
            [
                "affine", "--shape", "2,3", "--concurrency", "1,3", "--engine", "--repository", repository.path,
                "--plugins", Self.plugins,
            ] + brief)
        #expect(closed.result.platform == "openvino_onnx")
        #expect(closed.result.rows.map(\.concurrency) == [1, 3])
        for row in closed.result.rows {
            #expect(row.served.requests > 10 && row.served.failures.isEmpty)
            // What the client counts and what the server counts are the same requests.
            let account = try #require(row.server)
            #expect(account.requests == row.served.requests)
            #expect(account.executions > 0 && account.compute > 0 && account.batch >= 1)
            let latency = try #require(row.served.latency)
            #expect(latency.p50 <= latency.p90 && latency.p90 <= latency.p99 && latency.p99 <= latency.max)
            #expect(account.compute < latency.mean)
            let engine = try #require(row.engine)
            #expect(engine.requests > 10)
            #expect(row.ofEngine == row.served.requestsPerSecond / engine.requestsPerSecond)
        }
        for word in ["affine (openvino_onnx)", "P99", "OF ENGINE", "3 at a time"] {
            #expect(closed.text.contains(word))
        }

        let open = try bench(url, ["affine", "--shape", "x:2,3", "--rate", "50", "--format", "json"] + brief)
        let row = try #require(open.result.rows.first)
        // Twenty are due in 0.4 s; the moments are random, but the same in each run.
        #expect(row.rate == 50 && 5...40 ~= row.served.requests && row.engine == nil)

        for (words, status, message) in [
            (["absent"], 69, "404"), (["affine"], 66, "--shape x:1,3"),
            (["affine", "--shape", "2,4"], 66, "input 'x'"),
            (["affine", "--rate", "1", "--concurrency", "1"], 64, "give one"),
            (["affine", "--concurrency", "0"], 64, "--concurrency"),
            (
                ["affine", "--shape", "2,3", "--engine", "--repository", "/nowhere"], 66,
                "the engine does not load affine"
            ),
        ] as [([String], Int32, String)] {
            let failure = try #require(throws: Command.Failure.self) { try bench(url, words + brief) }
            #expect(failure.status == status, "\(words): \(failure)")
            #expect(failure.output.contains(message), "\(words): \(failure)")
        }
    }

    @Test func aServerThatIsNotThereEndsWith69() throws {
        let failure = try #require(throws: Command.Failure.self) { try bench("http://127.0.0.1:1", ["m"]) }
        #expect(failure.status == 69 && failure.output.contains("http://127.0.0.1:1"))
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = Double((0..<places).reduce(1) { value, _ in value * 10 })
        return (self * scale).rounded() / scale
    }
}
