import GRDB

/// The embedded store's SQLite file: one writer, several readers, write-ahead log.
package struct StoreDatabase: Sendable {
    private let pool: DatabasePool
    private let checkpointer: LogCheckpointer
    package let latestRows: LatestRowCache

    /// Opens the file, or makes it, and brings its tables up to date.
    /// - Parameter cachedRows: bytes of latest rows that are kept in memory; 0 keeps none.
    package init(path: String, cachedRows: Int = 0) throws {
        latestRows = LatestRowCache(limit: cachedRows)
        var configuration = Configuration()
        configuration.label = "feature-store"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            // A document is accepted when its row has reached the disk, so commits wait for the log's fsync.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // In KiB, of each of the five connections, and only what was touched: a table's upper pages stay.
            try db.execute(sql: "PRAGMA cache_size = -16384")
            // In pages: 16 MiB of log before a commit copies what `LogCheckpointer` has left.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try Schema.migrator.migrate(pool)
            checkpointer = try LogCheckpointer(path: path)
        } catch {
            throw Self.mapped(error)
        }
    }

    /// Runs `work` on a snapshot.
    func read<T: Sendable>(_ work: @Sendable (Database) throws -> T) async throws -> T {
        do { return try await pool.read(work) } catch { throw Self.mapped(error) }
    }

    /// Runs `work` in one transaction on the only writer; what it does to files is in the same order as its commits.
    func write<T: Sendable>(_ work: @Sendable (Database) throws -> T) async throws -> T {
        do {
            let value = try await pool.write(work)
            checkpointer.committed()
            return value
        } catch {
            throw Self.mapped(error)
        }
    }

    /// Whether the database still answers.
    func check() async throws {
        _ = try await read { try Int.fetchOne($0, sql: "SELECT 1") }
    }

    private static func mapped(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_INTERRUPT, .SQLITE_ABORT: return CancellationError()
        case .SQLITE_FULL: return FeatureStoreError(.storageFull, "the store's disk is full", cause: error)
        default: return FeatureStoreError(.storageFailed, "the store's database failed", cause: error)
        }
    }
}

extension Database {
    /// The next number of the order of ingestion.
    func nextSequence() throws -> Int64 {
        let next = try counter("sequence") + 1
        try setCounter("sequence", to: next)
        return next
    }

    /// A number that is kept from one transaction to the next; 0 at first.
    func counter(_ name: String) throws -> Int64 {
        try Int64.fetchOne(self, sql: "SELECT value FROM counter WHERE name = ?", arguments: [name]) ?? 0
    }

    func setCounter(_ name: String, to value: Int64) throws {
        try execute(
            sql: """
                INSERT INTO counter (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
            arguments: [name, value])
    }
}

extension Timestamp: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { microseconds.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Timestamp? {
        Int64.fromDatabaseValue(value).map(Timestamp.init(microseconds:))
    }
}
