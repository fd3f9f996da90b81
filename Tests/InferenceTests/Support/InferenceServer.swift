import AsyncHTTPClient
import FoundationEssentials
import Inference
import NIOCore
import NIOHTTP1
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

/// A running inference service over a repository.
struct InferenceServer: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: ByteBuffer

        var text: String { String(buffer: body) }
        var headerLength: Int? { headers["inference-header-content-length"].flatMap { Int($0) } }
        /// The message of an error in the protocol's form.
        var error: String? { try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))["error"] }
        /// Values of the first output in JSON form.
        func values<Value: Decodable>(_ type: Value.Type) throws -> [Value] {
            try #require(status == 200, "\(text)")
            let response = try JSONDecoder().decode(Response<Value>.self, from: Data(text.utf8))
            return response.outputs[0].data
        }
    }

    private struct Response<Value: Decodable>: Decodable {
        struct Output: Decodable {
            var data: [Value]
        }

        var outputs: [Output]
    }

    let base: String

    /// Not the shared one, which undoes encodings of answers by itself.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton)

    /// Starts the service, waits until every model was tried, and stops it after `body`.
    static func with<Value: Sendable>(
        _ repository: ModelRepository?, flags: [String] = [], plugins: [String: String] = [:],
        _ body: (InferenceServer) async throws -> Value
    ) async throws -> Value {
        var plugins = plugins
        if plugins["test"] == nil { plugins["test"] = try TestBackend.plugin() }
        for backend in ["openvino", "onnxruntime", "xgboost", "libtorch"] where Plugins.isBuilt(backend) {
            plugins[backend] = Plugins.path(backend)
        }
        let json = String(decoding: try JSONEncoder().encode(plugins), as: UTF8.self)
        let config = try testConfiguration(
            InferenceConfig.self,
            ["--backends-plugins", json] + (repository.map { ["--models-path", $0.path] } ?? []) + flags)
        let application = try InferenceService.application(config, testEnvironment(service: "inference"))
        return try await withRunningService(application) { base in
            let server = InferenceServer(base: base)
            try await server.waitUntilLoaded()
            return try await body(server)
        }
    }

    func get(_ path: String) async throws -> Answer {
        try await send(HTTPClientRequest(url: base + path))
    }

    func post(_ path: String, _ body: [UInt8], headers: [(String, String)] = []) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request)
    }

    func post(_ path: String, _ json: String, headers: [(String, String)] = []) async throws -> Answer {
        try await post(path, Array(json.utf8), headers: headers)
    }

    /// Waits until so many requests wait for an instance of the model.
    func waits(for count: Int, of model: String) async throws {
        let sample = "nv_inference_pending_request_count{model=\"\(model)\",version=\"1\"} \(count)\n"
        while !(try await get("/metrics").text.contains(sample)) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Executes a model with one input of JSON.
    func infer(
        _ model: String, _ data: String, shape: String, datatype: String = "FP32", rest: String = ""
    ) async throws -> Answer {
        try await post(
            "/v2/models/\(model)/infer",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":\(shape),\"datatype\":\"\(datatype)\",\"data\":\(data)}]\(rest)}")
    }

    /// Executes with JSON followed by bytes.
    func inferBinary(_ model: String, _ json: String, _ bytes: [UInt8]) async throws -> Answer {
        try await post(
            "/v2/models/\(model)/infer", Array(json.utf8) + bytes,
            headers: [("Inference-Header-Content-Length", String(json.utf8.count))])
    }

    private func send(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 1 << 30)
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        return Answer(status: Int(response.status.code), headers: headers, body: body)
    }

    private func waitUntilLoaded() async throws {
        for _ in 0..<600 {
            let answer = try await get("/v2/health/ready")
            if answer.status == 200 || answer.error != "models are loading" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the models did not load within 30 seconds")
    }
}
