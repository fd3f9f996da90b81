import CPostgreSQL
import Glibc
import Logging
import ServiceLifecycle

/// Rings where another process changed a document.
///
/// While the server is away it rings now and then all the same, so that who waits looks again.
actor PostgresListener: Service {
    static let channel = "quinion_documents"

    private let executor = QueueExecutor(label: "feature-store.listener")
    private let address: String
    private let doorbell: Doorbell
    private let logger: Logger
    /// Longest time between two rings.
    private let patience = Duration.seconds(5)

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String, doorbell: Doorbell, logger: Logger) {
        self.address = address
        self.doorbell = doorbell
        self.logger = logger
    }

    nonisolated func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.listen()
                } catch {
                    self.logger.debug("not listening to PostgreSQL", metadata: ["reason": "\(error)"])
                    self.doorbell.ring()
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Returns when cancelled; blocks its own queue for a quarter of a second at a time.
    private func listen() throws {
        let handle = try PostgresHandle(address)
        try PostgresSession(handle).script("LISTEN \(Self.channel)")
        var last = ContinuousClock.now
        while !Task.isCancelled {
            var descriptor = pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 250)
            guard ready == 0 || (PQconsumeInput(handle.pointer) == 1 && PQstatus(handle.pointer) == CONNECTION_OK)
            else {
                throw FeatureStoreError(.storageUnavailable, "the connection to PostgreSQL is broken")
            }
            var isNews = last.duration(to: .now) > patience
            while let notification = PQnotifies(handle.pointer) {
                PQfreemem(notification)
                isNews = true
            }
            if isNews {
                doorbell.ring()
                last = .now
            }
        }
    }
}
