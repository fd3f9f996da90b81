import Crypto
import Foundation
import ServiceAPI

/// The engine for several replicas: PostgreSQL 15 or newer.
///
/// Writers are one after the other, by the lock of a counter's row, so that the order of ingestion is one and a number of
/// it names a state of the store. What they share is the wait for the disk: see ``CommitGroup``.
package struct PostgresFeatureStorage: FeatureStorage {
    let pool: PostgresPool

    /// - Parameter address: libpq's connection string or URL.
    /// - Throws: `storage_unavailable` where the server cannot be reached.
    package init(_ address: String, connections: Int) async throws {
        pool = PostgresPool(address, size: connections)
        try await pool.run { try PostgresSchema.migrate($0) }
    }

    package func check() async throws {
        try await pool.run { _ = try $0.query("SELECT 1") }
    }

    // MARK: - Registry

    package func registry() async throws -> RegistrySnapshot {
        try await pool.run { session in
            // One snapshot for all three reads.
            try session.snapshot { try PostgresRegistry.load($0) }
        }
    }

    package func registryGeneration() async throws -> Int64 {
        try await pool.run { session in
            let rows = try session.query("SELECT value FROM counter WHERE name = 'registry'")
            return rows.int(0, 0)
        }
    }

    package func changeRegistry(
        at now: Timestamp, _ plan: @escaping @Sendable (RegistrySnapshot) throws -> RegistryPlan
    ) async throws -> RegistryPlan {
        try await pool.run { session in
            try session.transaction { session in
                try session.query("SELECT value FROM counter WHERE name = 'registry' FOR UPDATE")
                let plan = try plan(try PostgresRegistry.load(session))
                try PostgresRegistry.carryOut(plan, session, at: now)
                return plan
            }
        }
    }

    // MARK: - Rows

    package func write(_ groups: [WriteGroup], at now: Timestamp) async throws -> [WriteOutcome] {
        try await pool.run { session in
            try session.rollingBack { try PostgresRowWriter.write(groups, $0, at: now, isWhole: true) }
        }
    }

    /// Keys whose rows libpq may hold all at once; of more they come one by one, which takes longer.
    private static let keysAtOnce = 4000

    package func latest(_ reads: [LatestRead]) async throws -> [StoredRows] {
        try await pool.run { try Self.latest($0, reads) }
    }

    /// Views that are asked for the same keys, and which read each of them is.
    private struct SharedKeys {
        let keys: [EntityKey]
        let places: [EntityKey: Int]
        var reads: [Int64: Int] = [:]

        init(_ keys: [EntityKey]) {
            self.keys = keys
            places = Dictionary(zip(keys, 0...), uniquingKeysWith: { first, _ in first })
        }
    }

    /// All rows of all views with one statement: one round trip, and one state of the store.
    static func latest(_ session: borrowing PostgresSession, _ reads: [LatestRead]) throws -> [StoredRows] {
        var found = reads.map { StoredRows(missing: $0.keys.count) }
        // Views of one entity are mostly asked together, and PostgreSQL finds many keys of many views faster by two arrays
        // than one by one.
        var shared: [SharedKeys] = []
        for (index, read) in reads.enumerated() where !read.keys.isEmpty {
            let known = shared.firstIndex { $0.reads[read.view] == nil && $0.keys == read.keys }
            if known == nil { shared.append(SharedKeys(read.keys)) }
            shared[known ?? shared.count - 1].reads[read.view] = index
        }
        guard !shared.isEmpty else { return found }
        var size = 0
        func take(_ rows: borrowing PostgresSession.Rows) throws {
            for row in 0..<rows.count {
                let group = shared[Int(rows.int(row, 0))]
                guard let read = group.reads[rows.int(row, 1)],
                    let place = group.places[EntityKey(bytes: rows.bytes(row, 2))]
                else { continue }
                let before = found[read].bytes.count
                let order = order(rows, row, from: 3)
                rows.withBytes(row, 6) { cells in
                    rows.withBytes(row, 7) { found[read].fill(place, order: order, cells: cells, times: $0) }
                }
                size += found[read].bytes.count - before
                try OnlineLimits.check(bytes: size)
            }
        }
        let sql = shared.indices.map { index in
            """
            SELECT \(index)::bigint, view_id, entity_key, event_time, created_time, sequence, vals, times
            FROM feature_latest WHERE view_id = ANY ($\(2 * index + 1)) AND entity_key = ANY ($\(2 * index + 2))
            """
        }.joined(separator: " UNION ALL ")
        let values = shared.flatMap { group -> [PostgresValue] in
            [.ints(Array(group.reads.keys)), .byteArrays(group.keys.map(\.bytes))]
        }
        // Texts of a few groups come again and again; of more there are too many to prepare.
        if reads.reduce(0, { $0 + $1.keys.count }) <= keysAtOnce {
            try take(try session.query(sql, values, isFixed: shared.count <= 4))
        } else {
            try session.forEachRow(sql, values) { try take($0) }
        }
        return found
    }

    static func order(_ rows: borrowing PostgresSession.Rows, _ row: Int, from column: Int) -> RowOrder {
        RowOrder(
            event: Timestamp(microseconds: rows.int(row, column)),
            created: Timestamp(microseconds: rows.int(row, column + 1)), sequence: rows.int(row, column + 2))
    }

    package func scanLatest(
        view: Int64, after key: EntityKey?, limit: Int
    ) async throws -> (keys: [EntityKey], rows: StoredRows) {
        try await pool.run { session in
            let rows = try session.query(
                """
                SELECT event_time, created_time, sequence, vals, times, entity_key FROM feature_latest
                WHERE view_id = $1 AND entity_key > $2 ORDER BY entity_key LIMIT $3
                """,
                [.int(view), .bytes(key?.bytes ?? []), .int(Int64(limit))])
            var found = StoredRows(reserving: rows.count)
            var keys: [EntityKey] = []
            for row in 0..<rows.count {
                keys.append(EntityKey(bytes: rows.bytes(row, 5)))
                let order = Self.order(rows, row, from: 0)
                rows.withBytes(row, 3) { cells in
                    rows.withBytes(row, 4) { found.append(order: order, cells: cells, times: $0) }
                }
            }
            return (keys, found)
        }
    }

    package func newestEvents() async throws -> [Int64: Timestamp] {
        try await pool.run { session in
            let rows = try session.query("SELECT view_id, max(event_time) FROM feature_latest GROUP BY view_id")
            var newest: [Int64: Timestamp] = [:]
            for row in 0..<rows.count { newest[rows.int(row, 0)] = Timestamp(microseconds: rows.int(row, 1)) }
            return newest
        }
    }

    package func lastSequence() async throws -> Int64 {
        try await pool.run { session in
            let rows = try session.query("SELECT value FROM counter WHERE name = 'sequence'")
            return rows.int(0, 0)
        }
    }

    // MARK: - Erasure

    package func erase(_ erasure: Erasure, at now: Timestamp) async throws -> Int {
        try await pool.run { session in try session.transaction { try Self.erase($0, erasure, at: now) } }
    }

    /// Erases inside a transaction that does more than this.
    @discardableResult
    static func erase(_ session: borrowing PostgresSession, _ erasure: Erasure, at now: Timestamp) throws -> Int {
        // Against writers, so that none puts back what it read before.
        try session.query("SELECT value FROM counter WHERE name = 'sequence' FOR UPDATE")
        let key = PostgresValue.bytes(erasure.key.bytes)
        var count = 0
        for view in erasure.views {
            count += try session.query(
                "DELETE FROM feature_history WHERE view_id = $1 AND entity_key = $2", [.int(view), key]
            ).changes
            try session.query(
                "DELETE FROM feature_latest WHERE view_id = $1 AND entity_key = $2", [.int(view), key])
        }
        try session.query(
            """
            INSERT INTO feature_erasure (erased_at, key_digest, views, row_count, reason, actor)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int(now.microseconds), .text(erasure.keyDigest), .text(try erasure.views.storedJSON()),
                .int(Int64(count)), .text(erasure.reason), .text(erasure.actor),
            ])
        return count
    }

    package func erasures(limit: Int) async throws -> [ErasureRecord] {
        try await pool.run { session in
            let rows = try session.query(
                """
                SELECT erased_at, key_digest, views, row_count, reason, actor FROM feature_erasure
                ORDER BY erased_at DESC, id DESC LIMIT $1
                """,
                [.int(Int64(limit))])
            return try (0..<rows.count).map { row in
                ErasureRecord(
                    erasedAt: Timestamp(microseconds: rows.int(row, 0)), keyDigest: rows.text(row, 1),
                    views: try JSONDecoder().decode([Int64].self, from: Data(rows.bytes(row, 2))),
                    rows: Int(rows.int(row, 3)), reason: rows.text(row, 4), actor: rows.text(row, 5))
            }
        }
    }
}
