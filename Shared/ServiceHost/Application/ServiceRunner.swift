import Logging
import ServiceLifecycle
import SuiteConfig
import UnixSignals

/// Runs services until they are told to stop.
package enum ServiceRunner {
    /// Runs until SIGTERM or SIGINT, then drains: readiness turns to 503, after `http.drain_delay` the listener closes,
    /// requests in flight have `http.shutdown_timeout` to end, then the background work stops.
    package static func run(_ application: ServiceApplication) async throws {
        try await group(application, signals: [.sigterm, .sigint]).run()
    }

    static func group(
        _ application: ServiceApplication,
        signals: [UnixSignal],
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> ServiceGroup {
        // Stopped in reverse order, each when the one behind it has ended.
        let server = ServiceServer(application: application, onListening: onListening)
        let services: [any Service] = application.background + [server, application.gate]
        var quiet = application.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: signals,
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = application.http.drainDelay + application.http.shutdownTimeout
        return ServiceGroup(configuration: configuration)
    }
}

/// Runs a service for as long as `body` takes, for tests and for several services in one process.
///
/// - Parameter body: Gets the address the service answers at, `http://127.0.0.1:49152`.
package func withRunningService<Value: Sendable>(
    _ application: ServiceApplication,
    _ body: (String) async throws -> Value
) async throws -> Value {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let group = ServiceRunner.group(application, signals: []) { port in
        continuation.yield(port)
        continuation.finish()
    }
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await tasks.next()
            throw CancellationError()
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body("http://\(application.http.host):\(port)"))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}
