import AsyncHTTPClient
import Foundation
import LanguageProcessing
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

/// The service over HTTP, with inference faked behind the function that calls it.
@Suite struct ServiceTests {
    struct Answer {
        var status: Int
        var body: String
        var headers: HTTPHeaders
    }

    private func withService(
        _ flags: [String] = [], probe: @escaping @Sendable () async throws -> Void = {},
        _ body: (@escaping (String, String, String) async throws -> Answer) async throws -> Void
    ) async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let config = try testConfiguration(NLPConfig.self, ["--model-path", model.path] + flags)
        let application = try LanguageProcessingService.application(
            config, testEnvironment(service: "nlp"), call: FakeInference().call, probe: probe)
        try await withRunningService(application) { base in
            try await body { method, path, text in
                var request = HTTPClientRequest(url: base + path)
                request.method = HTTPMethod(rawValue: method)
                if !text.isEmpty {
                    request.headers.add(name: "content-type", value: "application/json")
                    request.body = .bytes(ByteBuffer(string: text))
                }
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
                let bytes = try await response.body.collect(upTo: 16 << 20)
                return Answer(
                    status: Int(response.status.code), body: String(buffer: bytes), headers: response.headers)
            }
        }
    }

    @Test func oneStringIsAnsweredAsAnArrayOfArrays() async throws {
        try await withService { call in
            let answer = try await call("POST", "/embed", #"{"inputs":"hello","normalize":false}"#)
            // ids 2 4 3: mean of ids 3, of ones 1, of squares 29/3.
            #expect(answer.status == 200)
            #expect(answer.body == "[[3.0,1.0,9.666667]]")
            #expect(answer.headers.first(name: "x-compute-tokens") == "3")
            #expect(answer.headers.first(name: "x-compute-characters") == "5")
            let batch = try await call(
                "POST", "/embed", #"{"inputs":["hello","hello"],"normalize":false,"truncate":null}"#)
            #expect(batch.body == "[[3.0,1.0,9.666667],[3.0,1.0,9.666667]]")
            let ids = try await call("POST", "/embed", #"{"inputs":[[4],[4]],"normalize":false}"#)
            #expect(ids.body == batch.body)
        }
    }

    @Test func tokenizeGivesPlacesInBytes() async throws {
        try await withService { call in
            let answer = try await call("POST", "/tokenize", #"{"inputs":"é hellos"}"#)
            let pieces = try JSONDecoder().decode([[TokenizedPiece]].self, from: Data(answer.body.utf8))[0]
            #expect(
                pieces == [
                    TokenizedPiece(id: 2, text: "[CLS]", special: true),
                    TokenizedPiece(id: 1, text: "é", special: false, start: 0, stop: 2),
                    TokenizedPiece(id: 4, text: "hello", special: false, start: 3, stop: 8),
                    TokenizedPiece(id: 6, text: "s", special: false, start: 8, stop: 9),
                    TokenizedPiece(id: 3, text: "[SEP]", special: true),
                ])
        }
    }

    @Test func infoAndHealthTellTheModelAndItsState() async throws {
        try await withService { call in
            let info = try JSONDecoder().decode(
                EmbeddingInfo.self, from: Data(try await call("GET", "/info", "").body.utf8))
            #expect(info.modelID == "tiny")
            #expect(info.maxInputLength == 8)
            #expect(info.modelType.embedding.pooling == "mean")
            #expect(try await call("GET", "/health", "").status == 200)
        }
        try await withService(probe: { throw LanguageProcessingError(.inferenceUnavailable, "down") }) { call in
            let health = try await call("GET", "/health", "")
            #expect(health.status == 503)
            #expect(health.body.contains(#""error_type":"Unhealthy""#))
            let ready = try await call("GET", "/health/ready", "")
            #expect(ready.status == 503)
            #expect(ready.body.contains("inference"))
            #expect(try await call("POST", "/v1/analyze", #"{"text":"Pay $5"}"#).status == 200)
        }
    }

    @Test(arguments: [
        ("/embed", "", 400, "Validation"),
        ("/embed", "{", 400, "Validation"),
        ("/embed", #"{"inputs":[]}"#, 400, "Empty"),
        ("/embed", #"{"inputs":""}"#, 400, "Empty"),
        ("/embed", #"{"inputs":["a",""]}"#, 400, "Empty"),
        ("/embed", "{}", 422, "inputs"),
        ("/embed", #"{"inputs":1}"#, 422, "inputs"),
        ("/embed", #"{"inputs":{"a":1}}"#, 422, "inputs"),
        ("/embed", #"{"inputs":[["a"]]}"#, 422, "inputs"),
        ("/embed", #"{"inputs":null}"#, 422, "inputs"),
        ("/embed", #"{"inputs":"\ud800"}"#, 422, "inputs"),
        ("/embed", #"{"inputs":"a","truncation_direction":"Up"}"#, 422, "truncation_direction"),
        ("/embed", #"{"inputs":"a","normalize":"yes"}"#, 422, "normalize"),
        ("/embed", #"{"inputs":"a","dimensions":-1}"#, 422, "dimensions"),
        ("/embed", #"{"inputs":[9999999999]}"#, 422, "inputs"),
        ("/embed", #"{"inputs":"# + String(repeating: "[", count: 5000), 400, "nests deeper"),
        ("/embed", "{\"inputs\":\"a\0b\"}", 422, "inputs"),
        ("/embed", "\"" + String(repeating: "a", count: 3 << 20) + "\"", 413, "Validation"),
        ("/tokenize", #"{"inputs":[]}"#, 400, "Empty"),
        ("/v1/analyze", "", 400, "empty"),
        ("/v1/analyze", "[]", 422, "code"),
        ("/v1/analyze", "{}", 422, "text"),
        ("/v1/analyze", #"{"text":""}"#, 422, "text"),
        ("/v1/analyze", #"{"text":5}"#, 422, "text"),
        ("/v1/analyze", #"{"text":"a","tokens":"x"}"#, 422, "tokens"),
        ("/v1/analyze", #"{"text":"a","date_order":"year_first"}"#, 422, "date_order"),
        ("/v1/analyze", #"{"text":"\ud800x"}"#, 400, "malformed_json"),
    ])
    func badInputIsTheCallersFault(path: String, body: String, status: Int, text: String) async throws {
        try await withService(["--http-max-body", "2MiB"]) { call in
            let answer = try await call("POST", path, body)
            #expect(answer.status == status, "\(answer.body)")
            #expect(answer.body.contains(text), "\(answer.body)")
            #expect(answer.body.contains(path == "/v1/analyze" ? "request_id" : "error_type"))
            #expect(try await call("GET", "/health/live", "").status == 200)
        }
    }

    @Test(arguments: [#"{"text":"\u0000 a \u0000","tokens":true}"#, #"{"text":"\ufeff\u202e\u0301"}"#])
    func controlCharactersInTextAreText(body: String) async throws {
        try await withService { call in
            let answer = try await call("POST", "/v1/analyze", body)
            #expect(answer.status == 200)
        }
    }

    /// In a process of its own, so that other tests' memory does not count.
    @Test func memoryStaysFlatOverAThousandRequests() async throws {
        await #expect(processExitsWith: .success) {
            try await ServiceTests().withService { call in
                let good =
                    #"{"text":"Invoice No: 77-1 of 12 March 2021, total €1.234,56. Naïve 你好 Straße.","tokens":true}"#
                let bad = [#"{"text":""#, #"{"text":"\ud800"}"#, #"{"text":[[[[[]]]]]}"#]
                func round(_ count: Int) async throws {
                    for i in 0..<count {
                        _ = try await call("POST", "/v1/analyze", i % 2 == 0 ? good : bad[i % bad.count])
                        _ = try await call("POST", "/embed", #"{"inputs":["hello","world"]}"#)
                    }
                }
                try await round(200)
                let before = residentBytes()
                try await round(1000)
                let growth = residentBytes() - before
                // Allocators round up; a leak of a request's text and answer would be over 3 MB.
                guard growth < 12 << 20 else {
                    print("memory grew by \(growth) bytes")
                    exit(1)
                }
            }
        }
    }

    @Test func theDocumentListsExactlyTheRoutes() async throws {
        let application = try LanguageProcessingService.application(
            testConfiguration(NLPConfig.self), testEnvironment(service: "nlp"), call: FakeInference().call, probe: {})
        struct Document: Decodable { var paths: [String: [String: Operation]] }
        struct Operation: Decodable {}
        try await withRunningService(application) { base in
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: base + "/openapi.json"), timeout: .seconds(10))
            let bytes = try await response.body.collect(upTo: 1 << 20)
            let document = try JSONDecoder().decode(Document.self, from: Data(bytes.readableBytesView))
            let documented = document.paths.flatMap { path, methods in
                methods.keys.map { "\($0.uppercased()) \(path)" }
            }
            #expect(Set(documented) == Set(application.routes.map(\.description)))
        }
    }
}

/// Resident memory of this process, in bytes, from `/proc/self/statm` (pages of 4 KiB).
private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
}
