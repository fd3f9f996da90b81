import GRDB

/// Appends rows to the history and folds them into the latest rows, inside one transaction.
struct FeatureRowWriter {
    private let db: Database
    private let cache: LatestRowCache
    private var sequence: Int64
    private let created: Timestamp
    private let known: KnownRowReader
    private let insertion: RowStatement
    private let latest: RowStatement
    private let replacement: RowStatement

    /// Times of writing never go back, though the machine's clock may: a correction is always later than what it
    /// corrects.
    init(_ db: Database, at now: Timestamp, _ cache: LatestRowCache) throws {
        self.db = db
        self.cache = cache
        sequence = try db.counter("sequence")
        created = Timestamp(microseconds: max(now.microseconds, try db.counter("created")))
        known = try KnownRowReader(db)
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

    /// Entity by entity, as the tables are ordered: each of their pages is found and changed once.
    mutating func write(_ batch: WriteBatch, _ outcome: inout WriteOutcome) throws {
        known.begin(batch.view.id)
        for statement in [insertion, latest, replacement] { statement.bind(1, batch.view.id) }
        insertion.bind(8, batch.source)
        var rest = batch.rows.sortedByEntity[...]
        while let key = rest.first?.key {
            let rows = rest.prefix { $0.key == key }
            let news = try append(rows, of: key, batch)
            outcome.written += news.count
            outcome.replayed += rows.count - news.count
            if batch.target == .historyAndLatest, !news.isEmpty { try fold(news, key, batch.view) }
            rest = rest[rows.endIndex...]
        }
    }

    /// Appends rows of one entity to its history.
    /// - Returns: those that were not there.
    private mutating func append(
        _ rows: ArraySlice<PendingRow>, of key: EntityKey, _ batch: WriteBatch
    ) throws -> [HistoryRow] {
        insertion.bind(2, key.bytes)
        var known = try self.known.rows(rows, of: key)
        var news: [HistoryRow] = []
        news.reserveCapacity(rows.count)
        for row in rows where known?.holds(row) != true {
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            known?.add(stored, of: key)
            try insert(stored)
            news.append(stored)
        }
        return news
    }

    func finish() throws {
        try db.setCounter("sequence", to: sequence)
        try db.setCounter("created", to: created.microseconds)
    }

    private func insert(_ row: HistoryRow) throws {
        insertion.bind(3, row.order.event)
        insertion.bind(4, row.order.created)
        insertion.bind(5, row.order.sequence)
        insertion.bind(6, row.isDeleted ? 1 : 0)
        insertion.bind(7, row.cells.bytes)
        try insertion.run()
    }

    private func fold(_ rows: [HistoryRow], _ key: EntityKey, _ view: ViewVersion) throws {
        let before = try stored(key)
        let after = LatestRow.folding(before, rows, of: view)
        guard let after, after != before else { return }
        cache.change(view.id, key, to: after)
        replacement.bind(2, key.bytes)
        replacement.bind(3, after.order.event)
        replacement.bind(4, after.order.created)
        replacement.bind(5, after.order.sequence)
        replacement.bind(6, after.cells.bytes)
        replacement.bind(7, after.times.isEmpty ? nil : after.times)
        replacement.bind(8, after.source)
        try replacement.run()
    }

    private func stored(_ key: EntityKey) throws -> LatestRow? {
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
