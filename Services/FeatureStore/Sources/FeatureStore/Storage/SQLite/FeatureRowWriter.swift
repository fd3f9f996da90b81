import GRDB

/// Appends rows to the history and folds them into the latest rows, inside one transaction.
struct FeatureRowWriter {
    private let db: Database
    private var sequence: Int64
    private let created: Timestamp
    private let greatest: RowStatement
    private let sameWriting: RowStatement
    private let insertion: RowStatement
    private let latest: RowStatement
    private let replacement: RowStatement

    /// Times of writing never go back, though the machine's clock may: a correction is always later than what it
    /// corrects.
    init(_ db: Database, at now: Timestamp) throws {
        self.db = db
        sequence = try db.counter("sequence")
        created = Timestamp(microseconds: max(now.microseconds, try db.counter("created")))
        let columns = "SELECT created_time, sequence, deleted, vals FROM feature_history"
        greatest = try RowStatement(
            db,
            """
            \(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ?
            ORDER BY created_time DESC, sequence DESC LIMIT 1
            """)
        sameWriting = try RowStatement(
            db, "\(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ? AND created_time = ?")
        insertion = try RowStatement(
            db,
            """
            INSERT INTO feature_history
                (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        latest = try RowStatement(
            db,
            """
            SELECT event_time, created_time, sequence, vals, times, source FROM feature_latest
            WHERE view_id = ? AND entity_key = ?
            """)
        replacement = try RowStatement(
            db,
            """
            INSERT INTO feature_latest
                (view_id, entity_key, event_time, created_time, sequence, vals, times, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (view_id, entity_key) DO UPDATE SET
                event_time = excluded.event_time, created_time = excluded.created_time,
                sequence = excluded.sequence, vals = excluded.vals, times = excluded.times, source = excluded.source
            """)
    }

    mutating func write(_ batch: WriteBatch, _ outcome: inout WriteOutcome) throws {
        var known = try known(batch)
        var news: [(key: EntityKey, row: HistoryRow)] = []
        for row in batch.rows {
            guard !known.holds(row) else {
                outcome.replayed += 1
                continue
            }
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            known.add(stored, of: row.key)
            news.append((row.key, stored))
        }
        outcome.written += news.count
        // Page by page of the tables, which are ordered by entity: each is found and changed once. Rows of one entity stay
        // in their order.
        news.sort { $0.key == $1.key ? $0.row.order.sequence < $1.row.order.sequence : $0.key < $1.key }
        var rest = news[...]
        while let key = rest.first?.key {
            let rows = rest.prefix { $0.key == key }
            for (_, row) in rows { try insert(row, key, batch) }
            if batch.target == .historyAndLatest { try fold(rows.map(\.row), key, batch.view) }
            rest = rest[rows.endIndex...]
        }
    }

    func finish() throws {
        try db.setCounter("sequence", to: sequence)
        try db.setCounter("created", to: created.microseconds)
    }

    private func insert(_ row: HistoryRow, _ key: EntityKey, _ batch: WriteBatch) throws {
        insertion.bind(1, batch.view.id)
        insertion.bind(2, key.bytes)
        insertion.bind(3, row.order.event)
        insertion.bind(4, row.order.created)
        insertion.bind(5, row.order.sequence)
        insertion.bind(6, row.isDeleted ? 1 : 0)
        insertion.bind(7, row.cells.bytes)
        insertion.bind(8, batch.source)
        try insertion.run()
    }

    private func known(_ batch: WriteBatch) throws -> KnownRows {
        var known = KnownRows()
        let (moments, writings) = KnownRows.needs(of: batch.rows)
        greatest.bind(1, batch.view.id)
        for moment in moments.sorted(by: { $0.key < $1.key }) { try read(greatest, moment, &known) }
        sameWriting.bind(1, batch.view.id)
        for writing in writings.sorted(by: { $0.moment.key < $1.moment.key }) {
            sameWriting.bind(4, writing.created)
            try read(sameWriting, writing.moment, &known)
        }
        return known
    }

    private func read(_ statement: RowStatement, _ moment: KnownRows.Moment, _ known: inout KnownRows) throws {
        statement.bind(2, moment.key.bytes)
        statement.bind(3, moment.event)
        try statement.forEach { stored in
            known.add(
                HistoryRow(
                    order: RowOrder(event: moment.event, created: stored.time(0), sequence: stored.int(1)),
                    isDeleted: stored.int(2) != 0, cells: PackedRow(stored: Array(stored.blob(3)))), of: moment.key)
            return true
        }
    }

    private func fold(_ rows: [HistoryRow], _ key: EntityKey, _ view: ViewVersion) throws {
        let before = try stored(key, view.id)
        let after = LatestRow.folding(before, rows, of: view)
        guard let after, after != before else { return }
        replacement.bind(1, view.id)
        replacement.bind(2, key.bytes)
        replacement.bind(3, after.order.event)
        replacement.bind(4, after.order.created)
        replacement.bind(5, after.order.sequence)
        replacement.bind(6, after.cells.bytes)
        replacement.bind(7, after.times.isEmpty ? nil : after.times)
        replacement.bind(8, after.source)
        try replacement.run()
    }

    private func stored(_ key: EntityKey, _ view: Int64) throws -> LatestRow? {
        latest.bind(1, view)
        latest.bind(2, key.bytes)
        var found: LatestRow?
        try latest.forEach { row in
            found = LatestRow(
                order: RowOrder(event: row.time(0), created: row.time(1), sequence: row.int(2)),
                cells: PackedRow(stored: Array(row.blob(3))), times: Array(row.blob(4)), source: row.text(5))
            return false
        }
        return found
    }
}
