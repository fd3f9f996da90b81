import AsyncHTTPClient
import FoundationEssentials
import Inference
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

/// The inference service as it is deployed, spoken to over HTTP with binary tensors.
struct ModelServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let url: String
    private let client: HTTPClient

    static func run<Value: Sendable>(
        repository: String, plugins: String, _ body: (ModelServer) async throws -> Value
    ) async throws -> Value {
        let config = try testConfiguration(
            InferenceConfig.self,
            [
                "--models-path", repository, "--backends-path", plugins, "--http-access-log", "false",
                "--limits-requests", "1000",
            ])
        let environment = testEnvironment(service: "benchmark")
        return try await withRunningService(InferenceService.application(config, environment)) { url in
            let server = ModelServer(url: url, client: environment.httpClient)
            for _ in 0..<600 {
                let response = try await server.client.execute(
                    HTTPClientRequest(url: "\(url)/health/ready"), timeout: .seconds(5))
                if response.status == .ok { return try await body(server) }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw Failure(description: "the models were not ready within a minute")
        }
    }

    /// Sends a request and reads its answer; false when the queue was full.
    @discardableResult
    func infer(_ model: String, _ message: (body: ByteBuffer, headerLength: Int)) async throws -> Bool {
        var request = HTTPClientRequest(url: "\(url)/v2/models/\(model)/infer")
        request.method = .POST
        request.headers.add(name: inferenceHeaderContentLength, value: "\(message.headerLength)")
        request.body = .bytes(message.body)
        let response = try await client.execute(request, timeout: .seconds(120))
        let answer = try await response.body.collect(upTo: 256 << 20)
        if response.status == .serviceUnavailable { return false }
        guard response.status == .ok else { throw Failure(description: String(buffer: answer)) }
        return true
    }

    /// How often the engine ran for a model, and for how many nanoseconds in all, its plugin's included.
    func computed(_ model: String) async throws -> (count: UInt64, nanoseconds: UInt64) {
        struct Answer: Decodable {
            struct Model: Decodable { var inference_stats: Times }
            struct Times: Decodable { var compute_input, compute_infer, compute_output: Total }
            struct Total: Decodable {
                var count: UInt64
                var ns: UInt64
            }
            var model_stats: [Model]
        }
        let response = try await client.execute(
            HTTPClientRequest(url: "\(url)/v2/models/\(model)/stats"), timeout: .seconds(5))
        let body = try await response.body.collect(upTo: 1 << 20)
        let answer = try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
        guard let times = answer.model_stats.first?.inference_stats else {
            throw Failure(description: "\(model) has no statistics")
        }
        return (times.compute_infer.count, times.compute_input.ns + times.compute_infer.ns + times.compute_output.ns)
    }

    /// Token ids of rows that are all of one length.
    static func message(rows: Int, length: Int) throws -> (body: ByteBuffer, headerLength: Int) {
        // Any words do: the time depends on how many there are.
        let ids = (0..<rows * length).map { Int64(1000 + ($0 * 7919) % 28_000) }
        let shape = [rows, length]
        return try InferenceRequestMessage(inputs: [
            Tensor(name: "input_ids", shape: shape, ids),
            Tensor(name: "attention_mask", shape: shape, [Int64](repeating: 1, count: ids.count)),
            Tensor(name: "token_type_ids", shape: shape, [Int64](repeating: 0, count: ids.count)),
        ]).encoded()
    }
}
