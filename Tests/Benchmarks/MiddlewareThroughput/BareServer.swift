import Hummingbird
import Logging

/// A JSON echo route as Hummingbird runs it by itself.
func withBareServer<Value: Sendable>(_ body: @Sendable @escaping (String) async throws -> Value) async throws -> Value {
    let router = Router()
    router.post("echo") { request, context in
        try await request.decode(as: EchoBody.self, context: context)
    }
    var logger = Logger(label: "bare")
    logger.logLevel = .error
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
        logger: logger
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        defer { group.cancelAll() }
        return try await body("http://127.0.0.1:\(port)")
    }
}
