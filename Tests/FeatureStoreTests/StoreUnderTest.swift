import AsyncHTTPClient
import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

/// A feature store that listens on a free port, and requests to it.
struct StoreUnderTest: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: ByteBuffer

        func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try JSONDecoder().decode(T.self, from: Data(body.readableBytesView))
        }

        /// `error.field` of the answer.
        var field: String? { (try? decode(Failure.self))?.error.field }
        /// `error.code` of the answer.
        var code: String? { (try? decode(Failure.self))?.error.code }
        var message: String { (try? decode(Failure.self))?.error.message ?? "" }
    }

    private struct Failure: Decodable {
        struct Detail: Decodable {
            var code: String
            var message: String
            var field: String?
        }

        var error: Detail
    }

    let url: String

    /// - Parameter engine: what keeps the rows; PostgreSQL's database is new each time, unless `flags` name one.
    static func run(
        in folder: TemporaryFolder, engine: StorageUnderTest.Engine = .sqlite,
        services: DocumentServices? = Peers.services, flags: [String] = [],
        connectTimeout: TimeAmount? = nil, clock: @escaping @Sendable () -> Timestamp = { .now() },
        _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        let database = engine == .postgres ? ["--features-postgres", try PostgresServer.database()] : []
        let config = try testConfiguration(
            FeatureStoreConfig.self, ["--data-path", folder.path + "/data"] + database + flags)
        var environment = testEnvironment()
        var settings = HTTPClient.Configuration()
        settings.timeout.connect = connectTimeout
        let client = connectTimeout.map { _ in HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings) }
        if let client { environment.httpClient = client }
        let application = try await FeatureStoreService.application(
            config, environment, services: services, clock: clock)
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await withRunningService(application) { try await body(StoreUnderTest(url: $0)) })
        } catch {
            result = .failure(error)
        }
        try await client?.shutdown()
        try result.get()
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = [], headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            body: try await response.body.collect(upTo: 64 << 20))
    }

    func post(_ path: String, _ json: String) async throws -> Answer {
        try await send(.POST, path, Array(json.utf8), headers: [("Content-Type", "application/json")])
    }

    func get<T: Decodable>(_ path: String, as type: T.Type = T.self) async throws -> T {
        let answer = try await send(.GET, path)
        #expect(answer.status == 200, "\(path): \(answer.message)")
        return try answer.decode()
    }

    /// Sends a document whose text is `text`; recognition in these tests reads what follows the first line.
    @discardableResult
    func ingest(_ text: String, name: String = "a.pdf", metadata: [String: String] = [:]) async throws
        -> AcceptedDocument
    {
        let answer = try await send(
            .POST, "/v1/documents", Array("%PDF-1.7\n\(text)".utf8),
            headers: [
                ("X-Document-Name", name),
                ("X-Document-Metadata", String(decoding: try JSONEncoder().encode(metadata), as: UTF8.self)),
            ])
        #expect(answer.status == 202 || answer.status == 200, "\(answer.message)")
        #expect(answer.headers.first(name: "Location") == (try answer.decode(AcceptedDocument.self)).statusURL)
        return try answer.decode()
    }

    /// The document once nothing more happens to it.
    func finished(_ id: String) async throws -> DocumentRecord {
        for _ in 0..<10 {
            let record: DocumentRecord = try await get("/v1/documents/\(id)?wait=10")
            if record.status.isFinal { return record }
        }
        Issue.record("document \(id) is not done after 100 s")
        return try await get("/v1/documents/\(id)")
    }

    func search(_ request: SearchRequest) async throws -> [SearchAnswer.Hit] {
        let answer = try await send(
            .POST, "/v1/search", Array(try JSONEncoder().encode(request)),
            headers: [("Content-Type", "application/json")])
        #expect(answer.status == 200, "\(answer.message)")
        return try answer.decode(SearchAnswer.self).hits
    }
}
