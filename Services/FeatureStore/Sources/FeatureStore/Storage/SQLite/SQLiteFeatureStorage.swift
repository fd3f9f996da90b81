import Foundation
import GRDB
import ServiceAPI

/// The embedded engine.
package struct SQLiteFeatureStorage: FeatureStorage {
    let database: StoreDatabase

    package init(database: StoreDatabase) {
        self.database = database
    }

    // MARK: - Registry

    package func registry() async throws -> RegistrySnapshot {
        try await database.read { try RegistryTable.load($0) }
    }

    package func registryGeneration() async throws -> Int64 {
        try await database.read { try $0.counter("registry") }
    }

    package func changeRegistry(
        at now: Timestamp, _ plan: @escaping @Sendable (RegistrySnapshot) throws -> RegistryPlan
    ) async throws -> RegistryPlan {
        try await database.write { db in
            let plan = try plan(try RegistryTable.load(db))
            try RegistryTable.carryOut(plan, db, at: now)
            return plan
        }
    }

    // MARK: - Rows

    package func write(_ groups: [WriteGroup], at now: Timestamp) async throws -> [WriteOutcome] {
        try await database.write { try Self.write($0, groups, at: now, database.latestRows) }
    }

    /// Writes inside a transaction that does more than this.
    @discardableResult
    static func write(
        _ db: Database, _ groups: [WriteGroup], at now: Timestamp, _ cache: LatestRowCache
    ) throws -> [WriteOutcome] {
        cache.follow(db)
        var writer = try FeatureRowWriter(db, at: now, cache)
        let outcomes = try groups.map { group in
            if let key = group.key, let outcome = try answered(db, key) { return outcome }
            var outcome = WriteOutcome()
            for batch in group.batches { try writer.write(batch, &outcome) }
            if let key = group.key { try remember(db, key, outcome, at: now) }
            return outcome
        }
        try writer.finish()
        return outcomes
    }

    private static func answered(_ db: Database, _ key: IdempotencyKey) throws -> WriteOutcome? {
        let statement = try db.cachedStatement(
            sql: "SELECT digest, written, replayed FROM idempotency_key WHERE name = ?")
        guard let row = try Row.fetchOne(statement, arguments: [key.name]) else { return nil }
        try key.check(stored: [UInt8](row[0] as Data))
        var outcome = WriteOutcome(written: row[1], replayed: row[2])
        outcome.isRepeated = true
        return outcome
    }

    private static func remember(
        _ db: Database, _ key: IdempotencyKey, _ outcome: WriteOutcome, at now: Timestamp
    ) throws {
        try db.cachedStatement(sql: "DELETE FROM idempotency_key WHERE created_at < ?")
            .execute(arguments: [now + (.zero - IdempotencyKey.retention)])
        try db.cachedStatement(
            sql: "INSERT INTO idempotency_key (name, digest, written, replayed, created_at) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [key.name, Data(key.digest), outcome.written, outcome.replayed, now])
    }

    package func latest(_ reads: [LatestRead]) async throws -> [StoredRows] {
        let cache = database.latestRows
        guard let lookup = cache.find(reads) else {
            return try await database.read { try Self.latest($0, reads) }
        }
        let size = lookup.rows.reduce(0) { $0 + $1.bytes.count }
        try OnlineLimits.check(bytes: size)
        guard !lookup.missing.isEmpty else { return lookup.rows }
        return try await database.read { db in
            let statement = try RowStatement(db, Self.latestRow)
            var found = StoredRows(reserving: lookup.missing.count)
            for (read, key) in lookup.missing {
                try Self.latest(statement, view: reads[read].view, key: reads[read].keys[key], into: &found)
                try OnlineLimits.check(bytes: size + found.bytes.count)
            }
            guard cache.stillHold(lookup, reads) else { return try Self.latest(db, reads) }
            cache.add(found, missingOf: lookup, reads)
            return cache.rows(lookup, with: found)
        }
    }

    private static func latest(_ db: Database, _ reads: [LatestRead]) throws -> [StoredRows] {
        let statement = try RowStatement(db, latestRow)
        var size = 0
        return try reads.map { read in
            var rows = StoredRows(reserving: read.keys.count)
            for key in read.keys {
                try latest(statement, view: read.view, key: key, into: &rows)
                try OnlineLimits.check(bytes: size + rows.bytes.count)
            }
            size += rows.bytes.count
            return rows
        }
    }

    static func latest(_ db: Database, view: Int64, key: EntityKey, into rows: inout StoredRows) throws {
        try latest(try RowStatement(db, latestRow), view: view, key: key, into: &rows)
    }

    private static let latestRow = """
        SELECT event_time, created_time, sequence, vals, times FROM feature_latest WHERE view_id = ? AND entity_key = ?
        """

    private static func latest(
        _ statement: RowStatement, view: Int64, key: EntityKey, into rows: inout StoredRows
    ) throws {
        statement.bind(1, view)
        statement.bind(2, key.bytes)
        var isFound = false
        try statement.forEach { row in
            append(row, to: &rows)
            isFound = true
            return false
        }
        if !isFound { rows.appendMissing() }
    }

    /// Appends a row of `event_time, created_time, sequence, vals, times`.
    private static func append(_ row: RowStatement, to rows: inout StoredRows) {
        rows.append(
            order: RowOrder(event: row.time(0), created: row.time(1), sequence: row.int(2)), cells: row.blob(3),
            times: row.blob(4))
    }

    package func scanLatest(
        view: Int64, after key: EntityKey?, limit: Int
    ) async throws -> (keys: [EntityKey], rows: StoredRows) {
        try await database.read { db in
            let statement = try RowStatement(
                db,
                """
                SELECT event_time, created_time, sequence, vals, times, entity_key FROM feature_latest
                WHERE view_id = ? AND entity_key > ? ORDER BY entity_key LIMIT ?
                """)
            statement.bind(1, view)
            statement.bind(2, key?.bytes ?? [])
            statement.bind(3, Int64(limit))
            var keys: [EntityKey] = []
            var rows = StoredRows(reserving: limit)
            try statement.forEach { row in
                keys.append(EntityKey(bytes: Array(row.blob(5))))
                Self.append(row, to: &rows)
                return rows.bytes.count < OnlineLimits.bytes
            }
            return (keys, rows)
        }
    }

    package func lastSequence() async throws -> Int64 {
        try await database.read { try $0.counter("sequence") }
    }

    package func newestEvents() async throws -> [Int64: Timestamp] {
        try await database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT view_id, max(event_time) FROM feature_latest GROUP BY view_id")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    package func pointInTime(_ read: PointInTimeRead) async throws -> StoredRows {
        try await database.read { try HistoryReader.rows($0, read) }
    }

    // MARK: - Erasure

    package func erase(_ erasure: Erasure, at now: Timestamp) async throws -> Int {
        try await database.write { try Self.erase($0, erasure, at: now, database.latestRows) }
    }

    @discardableResult
    static func erase(
        _ db: Database, _ erasure: Erasure, at now: Timestamp, _ cache: LatestRowCache
    ) throws -> Int {
        cache.follow(db)
        var count = 0
        let key = Data(erasure.key.bytes)
        for view in erasure.views {
            cache.change(view, erasure.key, to: nil)
            try db.execute(
                sql: "DELETE FROM feature_history WHERE view_id = ? AND entity_key = ?", arguments: [view, key])
            count += db.changesCount
            try db.execute(
                sql: "DELETE FROM feature_latest WHERE view_id = ? AND entity_key = ?", arguments: [view, key])
        }
        try db.execute(
            sql: """
                INSERT INTO feature_erasure (erased_at, key_digest, views, row_count, reason, actor)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [now, erasure.keyDigest, erasure.views.storedJSON(), count, erasure.reason, erasure.actor])
        return count
    }

    package func erasures(limit: Int) async throws -> [ErasureRecord] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM feature_erasure ORDER BY erased_at DESC, rowid DESC LIMIT ?",
                arguments: [limit]
            ).map { row in
                ErasureRecord(
                    erasedAt: row["erased_at"], keyDigest: row["key_digest"],
                    views: try JSONDecoder().decode([Int64].self, from: Data((row["views"] as String).utf8)),
                    rows: row["row_count"], reason: row["reason"], actor: row["actor"])
            }
        }
    }
}
