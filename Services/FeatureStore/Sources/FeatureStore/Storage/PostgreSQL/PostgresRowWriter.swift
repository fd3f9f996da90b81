/// Appends rows to the history and folds them into the latest rows: four statements a batch, however many rows.
struct PostgresRowWriter {
    private struct Moment: Hashable {
        var key: EntityKey
        var event: Timestamp
    }

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
        var known = try rowsOfTheSameMoments(batch, session)
        var written: [(key: EntityKey, row: HistoryRow)] = []
        for row in batch.rows {
            let moment = Moment(key: row.key, event: row.event)
            guard !row.isReplay(of: known[moment] ?? []) else {
                outcome.replayed += 1
                continue
            }
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            written.append((row.key, stored))
            outcome.written += 1
            let rows = known[moment] ?? []
            let place = rows.firstIndex { $0.order < stored.order } ?? rows.count
            known[moment, default: []].insert(stored, at: place)
        }
        guard !written.isEmpty else { return }
        try insert(written, batch, session)
        if batch.target == .historyAndLatest { try fold(written, batch.view, session) }
    }

    func finish(_ session: borrowing PostgresSession) throws {
        try session.query("UPDATE counter SET value = $1 WHERE name = 'sequence'", [.int(sequence)])
        try session.query("UPDATE counter SET value = $1 WHERE name = 'created'", [.int(created.microseconds)])
    }

    /// What is stored already of each row's entity and event time, greatest first.
    private func rowsOfTheSameMoments(
        _ batch: WriteBatch, _ session: borrowing PostgresSession
    ) throws -> [Moment: [HistoryRow]] {
        let moments = Array(Set(batch.rows.map { Moment(key: $0.key, event: $0.event) }))
        let rows = try session.query(
            """
            SELECT h.entity_key, h.event_time, h.created_time, h.sequence, h.deleted, h.vals
            FROM unnest($2::bytea[], $3::bigint[]) AS r (entity_key, event_time)
            JOIN feature_history h
                ON h.view_id = $1 AND h.entity_key = r.entity_key AND h.event_time = r.event_time
            ORDER BY h.created_time DESC, h.sequence DESC
            """,
            [
                .int(batch.view.id), .byteArrays(moments.map(\.key.bytes)),
                .ints(moments.map(\.event.microseconds)),
            ])
        var known: [Moment: [HistoryRow]] = [:]
        for row in 0..<rows.count {
            let order = PostgresFeatureStorage.order(rows, row, from: 1)
            known[Moment(key: EntityKey(bytes: rows.bytes(row, 0)), event: order.event), default: []].append(
                HistoryRow(
                    order: order, isDeleted: rows.bool(row, 4), cells: PackedRow(stored: rows.bytes(row, 5))))
        }
        return known
    }

    private func insert(
        _ written: [(key: EntityKey, row: HistoryRow)], _ batch: WriteBatch, _ session: borrowing PostgresSession
    ) throws {
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
