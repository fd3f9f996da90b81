import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ServiceAPI

/// The inference service over HTTP, with tensors in binary form.
struct InferenceEndpoint: Sendable {
    let baseURL: String
    let client: HTTPClient
    let timeout: Duration

    /// Largest answer read: 2,048 tokens of 4,096 components and some.
    private static let maximumAnswer = 256 << 20

    func infer(_ model: String, _ message: InferenceRequestMessage) async throws -> InferenceResponseMessage {
        let (body, headerLength) = try message.encoded()
        var request = HTTPClientRequest(url: "\(baseURL)/v2/models/\(model)/infer")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/octet-stream")
        request.headers.add(name: inferenceHeaderContentLength, value: "\(headerLength)")
        request.body = .bytes(body)
        let response = try await run(request)
        let bytes = try await response.body.collect(upTo: Self.maximumAnswer)
        guard response.status == .ok else {
            let text = String(decoding: bytes.readableBytesView.prefix(500), as: UTF8.self)
            throw LanguageProcessingError(
                response.status.code == 429 || response.status.code == 503 ? .inferenceUnavailable : .inferenceFailed,
                "inference answered \(response.status.code): \(text)", retryAfter: .seconds(1))
        }
        let length = response.headers.first(name: inferenceHeaderContentLength).flatMap { Int($0) }
        do {
            return try InferenceResponseMessage(body: bytes, headerLength: length ?? bytes.readableBytes)
        } catch {
            throw LanguageProcessingError(.inferenceFailed, "inference: \(error)", cause: error)
        }
    }

    func checkReady() async throws {
        let response = try await run(HTTPClientRequest(url: "\(baseURL)/v2/health/ready"))
        guard response.status == .ok else {
            throw LanguageProcessingError(.inferenceUnavailable, "inference answered \(response.status.code)")
        }
    }

    private func run(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: TimeAmount(timeout))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw LanguageProcessingError(
                .inferenceUnavailable, "inference at \(baseURL) does not answer: \(error)", retryAfter: .seconds(1),
                cause: error)
        }
    }
}
