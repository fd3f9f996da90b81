import AsyncHTTPClient
import DocumentRecognition
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig

/// The running service, over HTTP.
struct RunningService {
    let address: String

    static func run<Value: Sendable>(
        _ flags: [String] = [], _ body: (RunningService) async throws -> Value
    ) async throws -> Value {
        let config = try testConfiguration(DocumentRecognitionConfig.self, ["--workers-count", "2"] + flags)
        let application = try await DocumentRecognitionService.application(
            config, testEnvironment(service: "document-recognition"))
        return try await withRunningService(application) { try await body(RunningService(address: $0)) }
    }

    struct Answer: Sendable {
        var status: Int
        var body: ByteBuffer

        func decoded<T: Decodable>(_ type: T.Type) throws -> T {
            try JSONDecoder().decode(type, from: Data(buffer: body))
        }

        /// The body of an answer that is no 200.
        struct Failure: Decodable {
            struct Reason: Decodable {
                var code: String
                var message: String
                var field: String?
            }
            var error: Reason
        }
    }

    func post(
        _ body: ByteBuffer, type: String? = "application/octet-stream", query: String = "",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address + "/v1/recognize" + query)
        request.method = .POST
        if let type { request.headers.add(name: "Content-Type", value: type) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        return try await answer(to: request)
    }

    func get(_ path: String) async throws -> Answer { try await answer(to: HTTPClientRequest(url: address + path)) }

    private func answer(to request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        return Answer(status: Int(response.status.code), body: try await response.body.collect(upTo: 64 << 20))
    }
}
