import CPostgreSQL
import Glibc

/// One connection, whose blocking calls run on a queue of its own.
///
/// libpq: "no two threads attempt to manipulate the same PGconn object at the same time" (Behavior in Threaded Programs);
/// the actor's serial executor sees to that.
actor PostgresConnection {
    private let executor = QueueExecutor(label: "feature-store.postgres")
    private let address: String
    private var handle: Handle?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ address: String) { self.address = address }

    /// Runs `work`, which does not wait for anything else.
    ///
    /// A connection that broke before is made anew; one that breaks during `work` fails it, because nobody knows what
    /// was carried out.
    func run<T: Sendable>(_ work: @Sendable (borrowing PostgresSession) throws -> T) throws -> T {
        let handle = try connected()
        do {
            return try work(PostgresSession(handle.pointer))
        } catch let error as FeatureStoreError where error.code == .storageUnavailable {
            self.handle = nil
            throw error
        }
    }

    private func connected() throws -> Handle {
        if let handle, PQstatus(handle.pointer) == CONNECTION_OK { return handle }
        handle = nil
        guard let pointer = Self.connect(address) else {
            throw FeatureStoreError(.storageUnavailable, "there is no memory for a connection")
        }
        let made = Handle(pointer)
        // Notices would go to standard error, past the log.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQstatus(pointer) == CONNECTION_OK else {
            // The message names host and user, so it is not for callers.
            throw FeatureStoreError(.storageUnavailable, "PostgreSQL cannot be reached")
        }
        handle = made
        return made
    }

    /// What holds where the address does not say otherwise: libpq lets later keywords win, and takes the address apart
    /// that stands as `dbname`.
    ///
    /// Nothing waits for ever for a server that does not answer. Of several hosts the one is taken that can be written
    /// to. A server ends a transaction whose process stands still, because it holds the lock of all writers.
    private static let defaults: [(keyword: String, value: String)] = [
        ("application_name", "quinion-feature-store"), ("connect_timeout", "5"), ("tcp_user_timeout", "10000"),
        ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
        ("target_session_attrs", "read-write"),
        ("options", "-c idle_in_transaction_session_timeout=30s -c tcp_keepalives_idle=10"),
    ]

    private static func connect(_ address: String) -> OpaquePointer? {
        let pairs = defaults + [("dbname", address)]
        let keywords = pairs.map { strdup($0.keyword) }
        let values = pairs.map { strdup($0.value) }
        defer { (keywords + values).forEach { free($0) } }
        return PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    }

    /// Closes its connection when nobody has it any more.
    private final class Handle {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { self.pointer = pointer }

        deinit { PQfinish(pointer) }
    }
}
