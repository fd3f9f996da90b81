import FoundationEssentials
import Inference
import NIOCore
import Testing

/// Triton's extensions of the protocol over a real server.
@Suite struct ExtensionTests {
    private static let one = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#

    @Test func statisticsCountWhatWasDone() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 2", extra: "\"versions\": \"all\",", versions: [1, 2])
        try repository.addEcho("f", parameters: "\"mode\": \"fails\"")
        try await InferenceServer.with(repository) { server in
            for _ in 0..<3 { #expect(try await server.infer("m", "[1]", shape: "[1]").status == 200) }
            #expect(try await server.infer("f", "[1]", shape: "[1]").status == 500)

            let all = try await server.statistics("/v2/models/stats")
            #expect(all.map(\.name) == ["f", "m", "m"] && all.map(\.version) == ["1", "1", "2"])
            #expect(try await server.statistics("/v2/models/m/stats").map(\.version) == ["1", "2"])
            let served = try #require(try await server.statistics("/v2/models/m/versions/2/stats").first)
            #expect(served.inferenceCount == 3 && served.executionCount == 3)
            let times = served.inferenceStats
            for total in [times.success, times.queue, times.computeInput, times.computeInfer, times.computeOutput] {
                #expect(total.count == 3)
            }
            // Each execution sleeps for two milliseconds.
            #expect(times.computeInfer.ns >= 6_000_000)
            #expect(times.success.ns >= times.queue.ns + times.computeInfer.ns)
            #expect(times.fail.count == 0 && times.cacheHit.count == 0 && times.cacheMiss.count == 0)
            #expect(served.batchStats.map(\.batchSize) == [1] && served.batchStats[0].computeInfer.count == 3)
            #expect(abs(Double(served.lastInference) / 1000 - Date().timeIntervalSince1970) < 60)
            #expect(all[0].inferenceStats.fail.count == 1 && all[0].inferenceCount == 0)
            #expect(all[1].lastInference == 0)
            #expect(try await server.get("/v2/models/absent/stats").status == 404)
            #expect(try await server.get("/v2/models/m/versions/9/stats").status == 404)
        }
    }

    @Test func metricsCarryTritonsNamesAndHistograms() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("f", parameters: "\"mode\": \"fails\"")
        try await InferenceServer.with(repository) { server in
            for _ in 0..<4 { _ = try await server.infer("m", "[1]", shape: "[1]") }
            _ = try await server.infer("f", "[1]", shape: "[1]")
            let metrics = try await server.get("/metrics").text.split(separator: "\n").map(String.init)
            let m = #"{model="m",version="1"}"#
            for line in [
                "nv_inference_request_success\(m) 4", "nv_inference_count\(m) 4", "nv_inference_exec_count\(m) 4",
                "nv_inference_pending_request_count\(m) 0",
                #"nv_inference_request_failure{model="f",version="1",reason="BACKEND"} 1"#,
                #"nv_inference_request_failure{model="m",version="1",reason="REJECTED"} 0"#,
                "inference_request_duration_seconds_count\(m) 4", "inference_queue_duration_seconds_count\(m) 4",
                "inference_compute_duration_seconds_count\(m) 4",
                #"inference_batch_size_bucket{model="m",version="1",le="1"} 4"#, "# TYPE nv_inference_count counter",
            ] {
                #expect(metrics.contains(line), "\(line)")
            }
            for name in ["request", "queue", "compute_input", "compute_infer", "compute_output"] {
                #expect(metrics.contains { $0.hasPrefix("nv_inference_\(name)_duration_us\(m) ") })
            }
        }
    }

    @Test func configurationIsAnsweredInTritonsForm() async throws {
        let repository = try ModelRepository()
        try repository.addEcho(
            "m", parameters: "\"sleep_ms\": 0",
            extra: """
                "instances": 2, "versions": {"latest": 3}, "labels": {"y": "names.txt"}, "axes": {"x": ["batch"]},
                "limits": {"batch": 64}, "warmup": [{"inputs": {"x": {"shape": [4], "data": 1.5}}}],
                """)
        try repository.write("a\n", to: "m/names.txt")
        try await InferenceServer.with(repository) { server in
            let config = try await server.get("/v2/models/m/config").text
            #expect(try await server.get("/v2/models/m/versions/1/config").text == config)
            for part in [
                #""name":"m""#, #""backend":"test""#, #""max_batch_size":0"#,
                #""version_policy":{"latest":{"num_versions":3}}"#,
                #""input":[{"name":"x","data_type":"TYPE_FP32","dims":[-1],"#, #""label_filename":"names.txt""#,
                #""kind":"KIND_CPU","count":2"#, #""parameters":{"sleep_ms":{"string_value":"0"}}"#,
                #""inputs":{"x":{"dims":[4],"constant":1.5}},"count":1"#, #""limits":{"batch":64}"#,
            ] {
                #expect(config.contains(part), "\(part) is not in \(config)")
            }
        }
    }

    @Test func aRawBodyIsTheOnlyInput() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try repository.addEcho("s", parameters: "\"datatype\": \"BYTES\"")
        try await InferenceServer.with(repository) { server in
            let raw = [("Inference-Header-Content-Length", "0")]
            let answer = try await server.post("/v2/models/m/infer", [0, 0, 128, 63, 0, 0, 0, 64], headers: raw)
            #expect(answer.status == 200, "\(answer.text)")
            let length = try #require(answer.headerLength)
            #expect(
                Array(answer.body.readableBytesView.dropFirst(length))
                    == [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 128, 63, 0, 0, 0, 64])
            #expect(answer.text.contains(#""shape":[2]"#))
            let text = try await server.post("/v2/models/s/infer", Array("hé".utf8), headers: raw)
            #expect(text.status == 200)
            #expect(
                Array(text.body.readableBytesView.dropFirst(try #require(text.headerLength)).prefix(7))
                    == [3, 0, 0, 0, 104, 0xC3, 0xA9])
            let odd = try await server.post("/v2/models/m/infer", [1, 2, 3], headers: raw)
            #expect(odd.status == 400)
            #expect(odd.error?.contains("no multiple") == true)
        }
    }

    @Test func classesAreRankedAndNamed() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", extra: "\"labels\": {\"y\": \"names.txt\"},")
        try repository.addEcho("i", parameters: "\"datatype\": \"INT64\"")
        try repository.addEcho("s", parameters: "\"datatype\": \"BYTES\"")
        try repository.write("cat\r\ndog\nbird\n", to: "m/names.txt")
        try await InferenceServer.with(repository) { server in
            func classes(_ model: String, _ data: String, _ count: Int, _ datatype: String = "FP32") async throws
                -> InferenceServer.Answer
            {
                try await server.infer(
                    model, data, shape: "[\(data.split(separator: ",").count)]", datatype: datatype,
                    rest: ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":\(count)}}]")
            }
            let two = try await classes("m", "[0.25,0.5,-1,0.5]", 2)
            #expect(
                two.text.contains(#""datatype":"BYTES","shape":[2],"data":["0.500000:1:dog","0.500000:3"]"#),
                "\(two.text)")
            #expect(
                try await classes("m", "[3,2,1]", 99).text.contains(
                    #""3.000000:0:cat","2.000000:1:dog","1.000000:2:bird"]"#))
            #expect(
                try await classes("i", "[9007199254740993,9007199254740992]", 1, "INT64").text.contains(
                    #"["9007199254740993:0"]"#))
            #expect(try await classes("s", "[\"a\"]", 1, "BYTES").status == 400)
            #expect(try await classes("m", "[1]", 0).status == 400)
            #expect(try await classes("m", "[1]", -1).status == 400)
            #expect(try await classes("m", "[1]", 1_000_000_000).status == 400)
        }
    }

    @Test(arguments: ContentEncoding.allCases)
    func bodiesAreCompressedBothWays(encoding: ContentEncoding) async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await InferenceServer.with(repository, flags: ["--limits-body", "1MiB"]) { server in
            let values = "[" + Array(repeating: "0.5", count: 2000).joined(separator: ",") + "]"
            let body = ByteBuffer(
                string: "{\"inputs\":[{\"name\":\"x\",\"shape\":[2000],\"datatype\":\"FP32\",\"data\":\(values)}]}")
            let compressed = try #require(try encoding.encode(body))
            #expect(compressed.readableBytes < body.readableBytes / 10)
            let sent = [("Content-Encoding", encoding.rawValue)]
            func post(_ bytes: ByteBuffer, _ headers: [(String, String)]) async throws -> InferenceServer.Answer {
                try await server.post("/v2/models/m/infer", Array(bytes.readableBytesView), headers: headers)
            }
            let plain = try await post(compressed, sent)
            #expect(plain.status == 200 && plain.headers["content-encoding"] == nil)
            let answer = try await post(compressed, sent + [("Accept-Encoding", encoding.rawValue)])
            #expect(answer.headers["content-encoding"] == encoding.rawValue)
            #expect(answer.headers["vary"] == "Accept-Encoding")
            #expect(try encoding.decode(answer.body, limit: 1 << 20) == plain.body)
            // What client libraries send by default asks for nothing in particular.
            let several = try await post(body, [("Accept-Encoding", "gzip, deflate, br")])
            #expect(several.headers["content-encoding"] == nil)
            let none = try await post(body, [("Accept-Encoding", "\(encoding.rawValue);q=0")])
            #expect(none.headers["content-encoding"] == nil)

            // A mebibyte and one byte of spaces.
            let bomb = try #require(try encoding.encode(ByteBuffer(repeating: 0x20, count: (1 << 20) + 1)))
            #expect(bomb.readableBytes < 8192)
            #expect(try await post(bomb, sent).status == 413)
            var exact = ByteBuffer(repeating: 0x20, count: (1 << 20) - body.readableBytes)
            exact.writeImmutableBuffer(body)
            #expect(try await post(try #require(try encoding.encode(exact)), sent).status == 200)
            for (damaged, message) in [
                (compressed.getSlice(at: 0, length: compressed.readableBytes - 5)!, "cut off"),
                (ByteBuffer(bytes: Array(compressed.readableBytesView) + [0]), "1 bytes follow its end"),
                (
                    ByteBuffer(
                        bytes: Array(compressed.readableBytesView.dropLast()) + [compressed.readableBytesView.last! ^ 1]
                    ), "damaged"
                ),
                (ByteBuffer(string: "{}"), "damaged"), (ByteBuffer(), "cut off"),
                (try #require(try encoding.encode(compressedTwice(compressed))), "expected an object"),
            ] {
                let refused = try await post(damaged, sent)
                #expect(refused.status == 400)
                #expect(refused.error?.contains(message) == true, "\(refused.text)")
            }
            let unknown = try await post(body, [("Content-Encoding", "br")])
            #expect(unknown.status == 501 && unknown.headers["accept-encoding"] == "gzip, deflate")
        }
    }

    /// Long enough to be compressed again.
    private func compressedTwice(_ body: ByteBuffer) -> ByteBuffer {
        ByteBuffer(bytes: Array(body.readableBytesView) + [UInt8](repeating: 0, count: 2048))
    }

    @Test func bytesMadeByAnotherCompressorAreRead() throws {
        // CPython 3.11: gzip.compress(b"hello hello hello", mtime=0), zlib.compress(b"hello hello hello")
        let gzip: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0, 0x80, 0x88,
            0xF9,
            0xE5, 0x11, 0, 0, 0,
        ]
        let deflate: [UInt8] = [
            0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0, 0x3A, 0x2E, 0x06, 0x7D,
        ]
        let text = ByteBuffer(string: "hello hello hello")
        #expect(try ContentEncoding.gzip.decode(ByteBuffer(bytes: gzip), limit: 17) == text)
        #expect(try ContentEncoding.deflate.decode(ByteBuffer(bytes: deflate), limit: 17) == text)
        #expect(throws: InferenceError.self) { try ContentEncoding.gzip.decode(ByteBuffer(bytes: gzip), limit: 16) }
    }

    @Test(arguments: ["systemsharedmemory", "cudasharedmemory"])
    func sharedMemoryIsRefusedInSoManyWords(kind: String) async throws {
        try await InferenceServer.with(nil) { server in
            for answer in [
                try await server.get("/v2/\(kind)/status"), try await server.get("/v2/\(kind)/region/r/status"),
                try await server.post("/v2/\(kind)/region/r/register", #"{"key":"/x","offset":0,"byte_size":64}"#),
                try await server.post("/v2/\(kind)/region/r/unregister", ""),
                try await server.post("/v2/\(kind)/unregister", ""),
            ] {
                #expect(answer.status == 501)
                #expect(answer.error == "shared memory is not supported: send tensors in binary form")
            }
        }
    }
}
