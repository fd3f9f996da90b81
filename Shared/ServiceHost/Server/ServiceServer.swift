import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SuiteConfig

/// The listener of one service: Hummingbird's HTTP/1 server with this suite's request handling.
struct ServiceServer: Service {
    let application: ServiceApplication
    /// Called with the port once connections are accepted.
    let onListening: @Sendable (Int) -> Void

    func run() async throws {
        let http = application.http
        let connections = Connections()
        let handler = RequestHandler(application, connections: connections)
        var quiet = application.logger
        quiet.logLevel = max(quiet.logLevel, .warning)

        let server = RequestChannel(
            handler: handler, connections: connections, idleTimeout: http.idleTimeout
        ).server(
            configuration: ServerConfiguration(
                address: .hostname(http.host, port: http.port),
                backlog: 1024,
                availableConnectionsDelegate: .maximum(http.maxConnections, logger: quiet)
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? http.port
                application.logger.info(
                    "listening",
                    metadata: [
                        "host": .string(http.host), "port": .stringConvertible(port),
                        "version": .string(application.version),
                    ])
                onListening(port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await connections.watchDeadlines(handler) }
            try await server.run()
            group.cancelAll()
        }
    }
}
