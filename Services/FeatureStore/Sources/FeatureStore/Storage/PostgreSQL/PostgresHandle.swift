import CPostgreSQL
import Glibc

/// A connection of libpq, closed when nobody has it any more.
///
/// Not for two threads at once: an actor owns it.
final class PostgresHandle {
    /// Statements that are prepared on one connection; what is asked after them is planned each time.
    private static let most = 128

    let pointer: OpaquePointer
    private var statements: [String: Preparation] = [:]

    private enum Preparation {
        case asked
        case prepared(name: String)
    }

    /// What holds where the address does not say otherwise: libpq lets later keywords win, and takes the address apart
    /// that stands as `dbname`.
    ///
    /// Nothing waits for ever for a server that does not answer. Of several hosts the one is taken that can be written
    /// to. A server ends a transaction whose process stands still, because it holds the lock of all writers. Plans of
    /// prepared statements are made for any number of keys, which is one descent of an index for each; made for the keys at
    /// hand they read the whole table while it is small.
    private static let defaults: [(keyword: String, value: String)] = [
        ("application_name", "quinion-feature-store"), ("connect_timeout", "5"), ("tcp_user_timeout", "10000"),
        ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
        ("target_session_attrs", "read-write"),
        (
            "options",
            "-c idle_in_transaction_session_timeout=30s -c tcp_keepalives_idle=10 -c plan_cache_mode=force_generic_plan"
        ),
    ]

    /// - Parameter address: libpq's connection string or URL.
    /// - Throws: `storage_unavailable`; blocks until then.
    init(_ address: String) throws {
        let pairs = Self.defaults + [("dbname", address)]
        let keywords = pairs.map { strdup($0.keyword) }
        let values = pairs.map { strdup($0.value) }
        defer { (keywords + values).forEach { free($0) } }
        guard
            let pointer = PQconnectdbParams(
                keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        else { throw FeatureStoreError(.storageUnavailable, "there is no memory for a connection") }
        self.pointer = pointer
        // Notices would go to standard error, past the log.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQstatus(pointer) == CONNECTION_OK else {
            // The message names host and user, so it is not for callers.
            throw FeatureStoreError(.storageUnavailable, "PostgreSQL cannot be reached")
        }
    }

    /// Whether the connection stands, as far as can be seen without asking the server: one that ended has said so.
    var isOpen: Bool {
        guard PQstatus(pointer) == CONNECTION_OK else { return false }
        var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        // No answer is due, so what can be read are notices, and the end behind the last of them.
        while poll(&descriptor, 1, 0) != 0 {
            guard PQconsumeInput(pointer) == 1, PQstatus(pointer) == CONNECTION_OK else { return false }
        }
        return true
    }

    /// The name of a statement that was asked for before, which is prepared at its second time.
    ///
    /// - Returns: nil where it has none.
    func statement(_ sql: String, types: [UInt32]) -> String? {
        switch statements[sql] {
        case .prepared(let name): return name
        case nil:
            if statements.count < Self.most { statements[sql] = .asked }
            return nil
        case .asked:
            let name = "statement_\(statements.values.count { if case .prepared = $0 { true } else { false } })"
            let result = PQprepare(pointer, name, sql, Int32(types.count), types)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { return nil }
            statements[sql] = .prepared(name: name)
            return name
        }
    }

    deinit { PQfinish(pointer) }
}
