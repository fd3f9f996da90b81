/// Appends rows to the history and folds them into the latest rows: at most six statements a batch, however many rows.
struct PostgresRowWriter {
    /// From so many rows on it pays to copy them, and first to ask whether they can be known at all.
    private static let bulk = 256

    private var sequence: Int64
    private let created: Timestamp

    /// Takes the lock that orders writers.
    ///
    /// Times of writing never go back, though a machine's clock may.
    init(_ session: borrowing PostgresSession, at now: Timestamp) throws {
        let last = try session.query("SELECT value FROM counter WHERE name = 'sequence' FOR UPDATE")
        sequence = last.int(0, 0)
        let time = try session.query("SELECT value FROM counter WHERE name = 'created'")
        created = max(now, Timestamp(microseconds: time.int(0, 0)))
    }

    mutating func write(
        _ batch: WriteBatch, _ session: borrowing PostgresSession, _ outcome: inout WriteOutcome
    ) throws {
        guard !batch.rows.isEmpty else { return }
        var known = try known(batch, session)
        var written: [(key: EntityKey, row: HistoryRow)] = []
        for row in batch.rows {
            guard !known.holds(row) else {
                outcome.replayed += 1
                continue
            }
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            written.append((row.key, stored))
            known.add(stored, of: row.key)
            outcome.written += 1
        }
        guard !written.isEmpty else { return }
        try insert(written, batch, session)
        if batch.target == .historyAndLatest { try fold(written, batch.view, session) }
    }

    func finish(_ session: borrowing PostgresSession) throws {
        try session.query("UPDATE counter SET value = $1 WHERE name = 'sequence'", [.int(sequence)])
        try session.query("UPDATE counter SET value = $1 WHERE name = 'created'", [.int(created.microseconds)])
    }

    private func known(_ batch: WriteBatch, _ session: borrowing PostgresSession) throws -> KnownRows {
        var known = KnownRows()
        let (moments, writings) = KnownRows.needs(of: try candidates(batch, session))
        let view = PostgresValue.int(batch.view.id)
        if !moments.isEmpty {
            let moments = Array(moments)
            Self.add(
                try session.query(
                    """
                    SELECT h.event_time, h.created_time, h.sequence, h.deleted, h.vals, r.entity_key
                    FROM unnest($2::bytea[], $3::bigint[]) AS r (entity_key, event_time)
                    CROSS JOIN LATERAL (
                        SELECT * FROM feature_history
                        WHERE view_id = $1 AND entity_key = r.entity_key AND event_time = r.event_time
                        ORDER BY created_time DESC, sequence DESC LIMIT 1) h
                    """,
                    [view, .byteArrays(moments.map(\.key.bytes)), .ints(moments.map(\.event.microseconds))]),
                to: &known)
        }
        if !writings.isEmpty {
            let writings = Array(writings)
            Self.add(
                try session.query(
                    """
                    SELECT h.event_time, h.created_time, h.sequence, h.deleted, h.vals, h.entity_key
                    FROM unnest($2::bytea[], $3::bigint[], $4::bigint[]) AS r (entity_key, event_time, created_time)
                    JOIN feature_history h ON h.view_id = $1 AND h.entity_key = r.entity_key
                        AND h.event_time = r.event_time AND h.created_time = r.created_time
                    """,
                    [
                        view, .byteArrays(writings.map(\.moment.key.bytes)),
                        .ints(writings.map(\.moment.event.microseconds)), .ints(writings.map(\.created.microseconds)),
                    ]),
                to: &known)
        }
        return known
    }

    /// The rows that are not newer than all that is stored of their entity.
    private func candidates(_ batch: WriteBatch, _ session: borrowing PostgresSession) throws -> [PendingRow] {
        guard batch.rows.count >= Self.bulk else { return batch.rows }
        let keys = Array(Set(batch.rows.map(\.key)))
        let rows = try session.query(
            """
            SELECT r.number, h.event_time FROM unnest($2::bytea[]) WITH ORDINALITY AS r (entity_key, number)
            CROSS JOIN LATERAL (
                SELECT event_time FROM feature_history WHERE view_id = $1 AND entity_key = r.entity_key
                ORDER BY event_time DESC LIMIT 1) h
            """,
            [.int(batch.view.id), .byteArrays(keys.map(\.bytes))])
        var newest: [EntityKey: Timestamp] = [:]
        for row in 0..<rows.count {
            newest[keys[Int(rows.int(row, 0)) - 1]] = Timestamp(microseconds: rows.int(row, 1))
        }
        return batch.rows.filter { row in newest[row.key].map { row.event <= $0 } ?? false }
    }

    private static func add(_ rows: borrowing PostgresSession.Rows, to known: inout KnownRows) {
        for row in 0..<rows.count {
            known.add(
                HistoryRow(
                    order: PostgresFeatureStorage.order(rows, row, from: 0), isDeleted: rows.bool(row, 3),
                    cells: PackedRow(stored: rows.bytes(row, 4))), of: EntityKey(bytes: rows.bytes(row, 5)))
        }
    }

    private func insert(
        _ written: [(key: EntityKey, row: HistoryRow)], _ batch: WriteBatch, _ session: borrowing PostgresSession
    ) throws {
        guard written.count < Self.bulk else { return try copy(written, batch, session) }
        try session.query(
            """
            INSERT INTO feature_history
                (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)
            SELECT $1, k, e, c, s, d, v, $8
            FROM unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[], $7::bytea[])
                AS r (k, e, c, s, d, v)
            """,
            [
                .int(batch.view.id), .byteArrays(written.map(\.key.bytes)),
                .ints(written.map(\.row.order.event.microseconds)),
                .ints(written.map(\.row.order.created.microseconds)), .ints(written.map(\.row.order.sequence)),
                .bools(written.map(\.row.isDeleted)), .byteArrays(written.map(\.row.cells.bytes)),
                .text(batch.source),
            ])
    }

    private func copy(
        _ written: [(key: EntityKey, row: HistoryRow)], _ batch: WriteBatch, _ session: borrowing PostgresSession
    ) throws {
        var rows = PostgresCopy()
        for (key, row) in written {
            rows.row(8)
            rows.field(batch.view.id)
            rows.field(key.bytes)
            rows.field(row.order.event.microseconds)
            rows.field(row.order.created.microseconds)
            rows.field(row.order.sequence)
            rows.field(row.isDeleted)
            rows.field(row.cells.bytes)
            rows.field(batch.source.utf8)
        }
        rows.end()
        // No conflict is possible: each row has a number of its own.
        try session.copy(
            "feature_history (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)", rows)
    }

    private func fold(
        _ written: [(key: EntityKey, row: HistoryRow)], _ view: ViewVersion, _ session: borrowing PostgresSession
    ) throws {
        let byKey = Dictionary(grouping: written, by: \.key)
        let rows = try session.query(
            """
            SELECT event_time, created_time, sequence, vals, times, source, entity_key FROM feature_latest
            WHERE view_id = $1 AND entity_key = ANY ($2::bytea[])
            """,
            [.int(view.id), .byteArrays(byKey.keys.map(\.bytes))])
        var before: [EntityKey: LatestRow] = [:]
        for row in 0..<rows.count {
            before[EntityKey(bytes: rows.bytes(row, 6))] = LatestRow(
                order: PostgresFeatureStorage.order(rows, row, from: 0), cells: PackedRow(stored: rows.bytes(row, 3)),
                times: rows.bytes(row, 4), source: rows.text(row, 5))
        }
        let changed = byKey.compactMap { key, rows -> (key: EntityKey, row: LatestRow)? in
            guard let after = LatestRow.folding(before[key], rows.map(\.row), of: view), after != before[key] else {
                return nil
            }
            return (key, after)
        }
        guard !changed.isEmpty else { return }
        try session.query(
            """
            INSERT INTO feature_latest (view_id, entity_key, event_time, created_time, sequence, vals, times, source)
            SELECT $1, k, e, c, s, v, t, o
            FROM unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::text[])
                AS r (k, e, c, s, v, t, o)
            ON CONFLICT (view_id, entity_key) DO UPDATE SET
                event_time = excluded.event_time, created_time = excluded.created_time,
                sequence = excluded.sequence, vals = excluded.vals, times = excluded.times, source = excluded.source
            """,
            [
                .int(view.id), .byteArrays(changed.map(\.key.bytes)),
                .ints(changed.map(\.row.order.event.microseconds)),
                .ints(changed.map(\.row.order.created.microseconds)), .ints(changed.map(\.row.order.sequence)),
                .byteArrays(changed.map(\.row.cells.bytes)),
                .optionalByteArrays(changed.map { $0.row.times.isEmpty ? nil : $0.row.times }),
                .texts(changed.map(\.row.source)),
            ])
    }
}
