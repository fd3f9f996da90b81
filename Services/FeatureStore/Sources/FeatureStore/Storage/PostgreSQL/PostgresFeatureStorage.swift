import Crypto
import Foundation
import ServiceAPI

/// The engine for several replicas: PostgreSQL 15 or newer.
///
/// Writers are one after the other, by the lock of a counter's row, so that the order of ingestion is one and a number of
/// it names a state of the store. What they share is the wait for the disk: see ``CommitGroup``.
package struct PostgresFeatureStorage: FeatureStorage {
    private let pool: PostgresPool

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
            try session.transaction { session in
                try session.script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                return try PostgresRegistry.load(session)
            }
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

    package func write(_ groups: [[WriteBatch]], at now: Timestamp) async throws -> [WriteOutcome] {
        try await pool.run { session in
            try session.transaction { session in
                var writer = try PostgresRowWriter(session, at: now)
                let outcomes = try groups.map { batches in
                    var outcome = WriteOutcome()
                    for batch in batches { try writer.write(batch, session, &outcome) }
                    return outcome
                }
                try writer.finish(session)
                return outcomes
            }
        }
    }

    package func latest(_ reads: [LatestRead]) async throws -> [StoredRows] {
        try await pool.run { session in
            // All views in one statement; rows come in the order of the keys.
            let views = reads.flatMap { read in read.keys.map { _ in read.view } }
            let keys = reads.flatMap { $0.keys.map(\.bytes) }
            let rows = try session.query(
                """
                SELECT l.event_time, l.created_time, l.sequence, l.vals, l.times
                FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS r (view_id, entity_key, number)
                LEFT JOIN feature_latest l ON l.view_id = r.view_id AND l.entity_key = r.entity_key
                ORDER BY r.number
                """,
                [.ints(views), .byteArrays(keys)])
            var next = 0
            return reads.map { read in
                var found = StoredRows(reserving: read.keys.count)
                for _ in read.keys {
                    Self.append(rows, next, to: &found)
                    next += 1
                }
                return found
            }
        }
    }

    private static func append(_ rows: borrowing PostgresSession.Rows, _ row: Int, to found: inout StoredRows) {
        guard !rows.isNull(row, 0) else { return found.appendMissing() }
        let order = order(rows, row, from: 0)
        rows.withBytes(row, 3) { cells in
            rows.withBytes(row, 4) { found.append(order: order, cells: cells, times: $0) }
        }
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
                Self.append(rows, row, to: &found)
            }
            return (keys, found)
        }
    }

    package func lastSequence() async throws -> Int64 {
        try await pool.run { session in
            let rows = try session.query("SELECT value FROM counter WHERE name = 'sequence'")
            return rows.int(0, 0)
        }
    }

    package func pointInTime(_ read: PointInTimeRead) async throws -> StoredRows {
        try await pool.run { session in
            var found = [LatestRow?](repeating: nil, count: read.keys.count)
            // Most histories answer with their first row; the few that do not are read on.
            var open = Array(read.keys.indices)
            for limit in [1, 16, Int64(Int32.max)] where !open.isEmpty {
                open = try Self.search(session, read, open, limit: limit, &found)
            }
            var rows = StoredRows(reserving: found.count)
            for row in found { rows.append(row) }
            return rows
        }
    }

    /// Goes back at most `limit` rows from each read's time.
    /// - Returns: the reads that need more.
    private static func search(
        _ session: borrowing PostgresSession, _ read: PointInTimeRead, _ indices: [Int], limit: Int64,
        _ found: inout [LatestRow?]
    ) throws -> [Int] {
        let rows = try session.query(
            """
            SELECT r.number, h.event_time, h.created_time, h.sequence, h.deleted, h.vals, h.source
            FROM unnest($2::bytea[], $3::bigint[]) WITH ORDINALITY AS r (entity_key, time, number)
            CROSS JOIN LATERAL (
                SELECT * FROM feature_history
                WHERE view_id = $1 AND entity_key = r.entity_key AND event_time <= r.time AND created_time <= $4
                    AND sequence <= $5
                ORDER BY event_time DESC, created_time DESC, sequence DESC LIMIT $6) h
            ORDER BY r.number, h.event_time DESC, h.created_time DESC, h.sequence DESC
            """,
            [
                .int(read.view), .byteArrays(indices.map { read.keys[$0].bytes }),
                .ints(indices.map { read.times[$0].microseconds }),
                .int((read.knownAt ?? .distantFuture).microseconds), .int(read.upTo), .int(limit),
            ])
        var more: [Int] = []
        var row = 0
        while row < rows.count {
            let number = rows.int(row, 0)
            var search = BackwardSearch(read.ordinals)
            var taken: Int64 = 0
            while row < rows.count, rows.int(row, 0) == number {
                if !search.isDone {
                    rows.withBytes(row, 5) {
                        search.take(
                            order: order(rows, row, from: 1), isDeleted: rows.bool(row, 4), cells: $0,
                            source: rows.text(row, 6))
                    }
                }
                taken += 1
                row += 1
            }
            let index = indices[Int(number) - 1]
            if search.isDone || taken < limit { found[index] = search.result } else { more.append(index) }
        }
        return more
    }

    // MARK: - Erasure

    package func erase(_ erasure: Erasure, at now: Timestamp) async throws -> Int {
        try await pool.run { session in
            try session.transaction { session in
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
        }
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
