import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import ServiceTesting
import Testing

/// The executable over a repository, for what a server in the test's own process could not survive or be measured in.
struct FaultyServer: Sendable {
    /// Of a client that sends a flood at once: the shared one has eight connections.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        // Before servers whose idle timeout is short: a request must not meet a connection that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(1)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let process: ServiceProcess
    let url: String

    /// Starts it, waits until the models were tried, and checks at the end that it still runs and answers.
    static func with(
        _ repository: ModelRepository, flags: [String] = [], wrapper: [String] = [],
        _ body: (FaultyServer) async throws -> Void
    ) async throws {
        var plugins = ["test": try TestBackend.plugin()]
        for backend in ["openvino", "onnxruntime"] where Plugins.isBuilt(backend) {
            plugins[backend] = Plugins.path(backend)
        }
        let json = String(decoding: try JSONEncoder().encode(plugins), as: UTF8.self)
        let process = try ServiceProcess(
            "inference",
            ["--models-path", repository.path, "--backends-plugins", json, "--http-access-log", "false"] + flags,
            wrapper: wrapper)
        let server = FaultyServer(process: process, url: try await process.url())
        for _ in 0..<600 where try await server.get("/v2/health/ready").status != 200 {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await body(server)
        #expect(process.isRunning)
        #expect(try await server.get("/v2/health/live").status == 200)
    }

    func get(_ path: String) async throws -> (status: Int, text: String) {
        try await send(HTTPClientRequest(url: url + path))
    }

    func post(
        _ path: String, _ body: [UInt8], headers: [(String, String)] = []
    ) async throws -> (status: Int, text: String) {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request)
    }

    func post(_ path: String, _ text: String) async throws -> (status: Int, text: String) {
        try await post(path, Array(text.utf8))
    }

    /// Executes an echo model on one number.
    func infer(_ model: String = "m") async throws -> (status: Int, text: String) {
        try await post("/v2/models/\(model)/infer", Self.echo)
    }

    static let echo = #"{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}"#

    /// The status of the answer to these bytes; nil when the connection ends without one.
    func status(ofRaw bytes: [UInt8]) async throws -> Int? {
        let connection = try await RawConnection.open(url)
        // The server may stop reading, and say so, before the last byte.
        try? await connection.send(bytes)
        let answer = try await connection.text { $0.contains("\r\n\r\n") }
        await connection.close()
        let fields = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) : nil
    }

    /// How much resident memory grows over the third of three times `body`, in bytes.
    func growth(over body: () async throws -> Void) async throws -> Int {
        try await body()
        try await body()
        let before = process.residentMemory()
        try await body()
        return process.residentMemory() - before
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: Int, text: String) {
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        return (Int(response.status.code), String(buffer: body))
    }
}
