import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI

/// The model on a server of the Open Inference Protocol.
struct BenchTarget: Sendable {
    /// Of an open loop: beyond so many at once requests wait, which counts as their time.
    static let openLoopConnections = 512

    private let client: HTTPClient
    private let path: String
    private let url: String

    private static let answerLimit = 1 << 30

    static func with<Value: Sendable>(
        url: String, model: String, version: Int?, connections: Int, _ body: (BenchTarget) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.timeout = .init(connect: .seconds(5))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove("/")
        let name = model.addingPercentEncoding(withAllowedCharacters: allowed) ?? model
        let path = "\(url)/v2/models/\(name)" + (version.map { "/versions/\($0)" } ?? "")
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(BenchTarget(client: client, path: path, url: url)))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    func metadata() async throws -> ModelMetadata {
        try await get("", as: ModelMetadata.self)
    }

    func statistics() async throws -> ServerAccount {
        ServerAccount(try await get("/stats", as: ServerAccount.Answer.self))
    }

    /// What came of a request.
    enum Outcome: Sendable, Equatable {
        case answered
        /// A status, or what ended the connection.
        case failed(String)
    }

    /// Sends the request and reads its whole answer.
    func infer(_ message: BenchRequest) async -> Outcome {
        var request = HTTPClientRequest(url: path + "/infer")
        request.method = .POST
        if let length = message.headerLength {
            request.headers.add(name: inferenceHeaderContentLength, value: String(length))
            request.headers.add(name: "content-type", value: "application/octet-stream")
        } else {
            request.headers.add(name: "content-type", value: "application/json")
        }
        request.body = .bytes(message.body)
        do {
            let response = try await client.execute(request, timeout: .seconds(120))
            for try await _ in response.body {}
            return response.status == .ok ? .answered : .failed("status \(response.status.code)")
        } catch let error as HTTPClientError {
            return .failed(error.shortDescription)
        } catch {
            return .failed("connection lost")
        }
    }

    private func get<Value: Decodable>(_ end: String, as type: Value.Type) async throws -> Value {
        let answer: (status: Int, body: ByteBuffer)
        do {
            let response = try await client.execute(HTTPClientRequest(url: path + end), timeout: .seconds(30))
            answer = (Int(response.status.code), try await response.body.collect(upTo: Self.answerLimit))
        } catch {
            throw CommandError(ExitStatus.unavailable, "\(url) does not answer: \(error)")
        }
        guard answer.status == 200 else {
            throw CommandError(
                ExitStatus.unavailable,
                "\(path + end) answers \(answer.status): \(String(buffer: answer.body).prefix(500))")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body.readableBytesView))
        } catch {
            throw CommandError(ExitStatus.unavailable, "\(path + end) answers what the protocol does not: \(error)")
        }
    }
}
