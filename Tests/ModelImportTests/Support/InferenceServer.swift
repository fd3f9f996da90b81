import AsyncHTTPClient
import FoundationEssentials
import Inference
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

/// The inference service with the OpenVINO plugin over a repository, spoken to over HTTP.
struct InferenceServer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let url: String
    private let client: HTTPClient

    /// - Parameter body: Called when every model has been loaded, or has failed to.
    static func run<Value: Sendable>(
        over repository: String,
        _ body: (InferenceServer) async throws -> Value
    ) async throws -> Value {
        let plugins = "\(Repository.root)/.build/plugins"
        guard FileManager.default.fileExists(atPath: "\(plugins)/libquinion_openvino.so") else {
            throw Failure(description: "no plugin in \(plugins): run `make plugins`")
        }
        let config = try testConfiguration(
            InferenceConfig.self, ["--models-path", repository, "--backends-path", plugins])
        let environment = testEnvironment(service: "inference")
        return try await withRunningService(InferenceService.application(config, environment)) { url in
            let server = InferenceServer(url: url, client: environment.httpClient)
            try await server.untilReady()
            return try await body(server)
        }
    }

    private func untilReady() async throws {
        for _ in 0..<600 {
            let response = try await client.execute(
                HTTPClientRequest(url: "\(url)/v2/health/ready"), timeout: .seconds(5))
            if response.status == .ok { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "models were not loaded within a minute")
    }

    /// Runs a batch through a model; gives its `last_hidden_state`, row by row.
    func hiddenState(of model: String, _ batch: TokenBatch) async throws -> [Float] {
        let inputs = [
            "input_ids": batch.padded(batch.ids), "attention_mask": batch.padded(batch.mask),
            "token_type_ids": batch.padded(batch.types),
        ]
        return try await output("last_hidden_state", of: model, inputs, shape: [batch.ids.count, batch.width])
    }

    /// Runs inputs, all of one shape, through a model; gives the values of an output.
    func output(_ name: String, of model: String, _ inputs: [String: [Int64]], shape: [Int]) async throws -> [Float] {
        let message = InferenceRequestMessage(
            inputs: inputs.map { Tensor(name: $0, shape: shape, $1) }, outputs: [name])
        let (body, headerLength) = try message.encoded()
        var request = HTTPClientRequest(url: "\(url)/v2/models/\(model)/infer")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/octet-stream")
        request.headers.add(name: inferenceHeaderContentLength, value: "\(headerLength)")
        request.body = .bytes(body)
        let response = try await client.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok else { throw Failure(description: String(buffer: bytes)) }
        let answer = try InferenceResponseMessage(
            body: bytes,
            headerLength: response.headers.first(name: inferenceHeaderContentLength).flatMap { Int($0) } ?? 0
        )
        guard let values = answer[name]?.floats else { throw Failure(description: "no output \(name)") }
        return values
    }
}

/// Rows of tokens, padded on the right with 0.
struct TokenBatch {
    var ids: [[Int64]]
    var mask: [[Int64]]
    var types: [[Int64]]

    /// Rows without padding, of one segment.
    init(ids: [[Int64]]) {
        self.ids = ids
        mask = ids.map { $0.map { _ in 1 } }
        types = ids.map { $0.map { _ in 0 } }
    }

    init(ids: [[Int64]], mask: [[Int64]], types: [[Int64]]) {
        self.ids = ids
        self.mask = mask
        self.types = types
    }

    var width: Int { ids.map(\.count).max() ?? 0 }

    func padded(_ rows: [[Int64]]) -> [Int64] {
        rows.flatMap { $0 + [Int64](repeating: 0, count: width - $0.count) }
    }
}
