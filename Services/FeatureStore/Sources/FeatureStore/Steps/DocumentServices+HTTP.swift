import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import ServiceAPI
import SuiteConfig
import Telemetry

extension DocumentServices {
    /// Calls the services at the configured addresses.
    ///
    /// Nothing is retried here: failed steps are.
    static func http(_ config: FeatureStoreConfig, _ client: HTTPClient) -> DocumentServices {
        let recognition = PeerCall(
            service: "document-recognition", url: config.recognitionURL, timeout: config.jobs.timeout, client: client)
        let nlp = PeerCall(service: "nlp", url: config.nlpURL, timeout: config.jobs.timeout, client: client)
        return DocumentServices(
            recognize: { document, mediaType in
                try await recognition.post("/v1/recognize?preview_width=480", document, type: mediaType)
            },
            analyze: { request in
                try await nlp.post("/v1/analyze", JSONBody.encode(request), type: "application/json")
            },
            embed: { texts in
                let request = EmbedRequest(inputs: texts, normalize: true, truncate: true)
                return try await nlp.post("/embed", JSONBody.encode(request), type: "application/json")
            })
    }
}

/// One call to another service and what its failure means.
private struct PeerCall: Sendable {
    /// Words with boxes come to about 150 bytes each: room for a million words.
    private static let answerLimit = 256 << 20

    let service: String
    let url: String
    let timeout: Duration
    let client: HTTPClient

    func post<Answer: Decodable>(_ path: String, _ body: ByteBuffer, type: String) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        let scope = RequestScope.current ?? .background()
        request.headers.add(name: "X-Request-ID", value: scope.requestID)
        request.headers.add(name: "traceparent", value: scope.trace.child().traceparent)
        let left = min(scope.deadline.map { $0 - .now } ?? timeout, timeout)
        request.headers.add(name: "X-Request-Timeout", value: String(max(left / .seconds(1), 0.01)))
        request.body = .bytes(body)
        let response: HTTPClientResponse
        let answer: ByteBuffer
        do {
            response = try await client.execute(request, timeout: .nanoseconds(Int64(left / .nanoseconds(1))))
            answer = try await response.body.collect(upTo: Self.answerLimit)
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw APIError(status: 504, code: "timeout", message: "\(service) did not answer in \(left)")
        } catch {
            throw APIError(
                status: 502, code: "unavailable", message: "\(service) cannot be reached at \(url): \(error)")
        }
        guard response.status == .ok else { throw failure(response, answer) }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.readableBytesView))
        } catch {
            throw APIError(
                status: 502, code: "invalid_answer", message: "\(service) answered what it should not: \(error)")
        }
    }

    private func failure(_ response: HTTPClientResponse, _ body: ByteBuffer) -> APIError {
        let data = Data(body.readableBytesView)
        let known = try? JSONDecoder().decode(Failure.self, from: data)
        return APIError(
            status: Int(response.status.code), code: known?.error.code ?? "failed",
            message: known.map { "\(service): \($0.error.message)" }
                ?? "\(service) answered \(response.status.code)",
            retryAfter: response.headers.first(name: "Retry-After").flatMap { Int64($0) }.map { .seconds($0) })
    }

    private struct Failure: Decodable {
        struct Detail: Decodable {
            var code: String
            var message: String
        }

        var error: Detail
    }
}
