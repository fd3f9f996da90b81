import AsyncHTTPClient
import FoundationEssentials
import Inference
import LanguageProcessing
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

/// nlp and inference as they are deployed, spoken to over HTTP.
struct Services {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let url: String
    private let client: HTTPClient

    static func run<Value: Sendable>(
        repository: String,
        model: String,
        plugins: String,
        _ body: (Services) async throws -> Value
    ) async throws -> Value {
        let inference = try testConfiguration(
            InferenceConfig.self,
            ["--models-path", repository, "--backends-path", plugins, "--http-access-log", "false"])
        let environment = testEnvironment(service: "benchmark")
        return try await withRunningService(InferenceService.application(inference, environment)) { inferenceURL in
            let nlp = try testConfiguration(
                NLPConfig.self,
                [
                    "--services-inference", inferenceURL, "--model-path", "\(repository)/\(model)",
                    "--http-access-log", "false",
                ])
            return try await withRunningService(await LanguageProcessingService.application(nlp, environment)) { url in
                let services = Services(url: url, client: environment.httpClient)
                try await services.untilReady()
                return try await body(services)
            }
        }
    }

    private func untilReady() async throws {
        for _ in 0..<600 {
            let response = try await client.execute(HTTPClientRequest(url: "\(url)/health/ready"), timeout: .seconds(5))
            if response.status == .ok { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "the services were not ready within a minute")
    }

    func tokenIDs(of texts: [String]) async throws -> [[Int64]] {
        let answer = try await post("tokenize", JSONEncoder().encode(TokenizeRequest(inputs: .batch(texts))))
        return try JSONDecoder().decode([[TokenID]].self, from: Data(answer.readableBytesView)).map { $0.map(\.id) }
    }

    private struct TokenID: Decodable {
        let id: Int64
    }

    /// The answer as it comes: a client's own parsing is not the services' cost.
    @discardableResult
    func embed(_ body: Data) async throws -> ByteBuffer { try await post("embed", body) }

    static func request(_ texts: [String]) throws -> Data { try JSONEncoder().encode(EmbedRequest(inputs: texts)) }

    private func post(_ path: String, _ body: Data) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: "\(url)/\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: .seconds(120))
        let answer = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok else { throw Failure(description: "\(path): \(String(buffer: answer))") }
        return answer
    }
}
