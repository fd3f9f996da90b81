import Foundation
import GRDB

/// Appends rows to the history and folds them into the latest rows, inside one transaction.
struct FeatureRowWriter {
    private let db: Database
    private var sequence: Int64
    private let created: Timestamp
    private let greatest: Statement
    private let sameWriting: Statement
    private let insertion: Statement
    private let latest: Statement
    private let replacement: Statement

    /// Times of writing never go back, though the machine's clock may: a correction is always later than what it
    /// corrects.
    init(_ db: Database, at now: Timestamp) throws {
        self.db = db
        sequence = try db.counter("sequence")
        created = Timestamp(microseconds: max(now.microseconds, try db.counter("created")))
        let columns = "SELECT created_time, sequence, deleted, vals FROM feature_history"
        greatest = try db.cachedStatement(
            sql: """
                \(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ?
                ORDER BY created_time DESC, sequence DESC LIMIT 1
                """)
        sameWriting = try db.cachedStatement(
            sql: "\(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ? AND created_time = ?")
        insertion = try db.cachedStatement(
            sql: """
                INSERT INTO feature_history
                    (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        latest = try db.cachedStatement(
            sql: """
                SELECT event_time, created_time, sequence, vals, times, source FROM feature_latest
                WHERE view_id = ? AND entity_key = ?
                """)
        replacement = try db.cachedStatement(
            sql: """
                INSERT INTO feature_latest
                    (view_id, entity_key, event_time, created_time, sequence, vals, times, source)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (view_id, entity_key) DO UPDATE SET
                    event_time = excluded.event_time, created_time = excluded.created_time,
                    sequence = excluded.sequence, vals = excluded.vals, times = excluded.times, source = excluded.source
                """)
    }

    mutating func write(_ batch: WriteBatch, _ outcome: inout WriteOutcome) throws {
        var touched: [EntityKey: [HistoryRow]] = [:]
        var known = try known(batch)
        for row in batch.rows {
            guard !known.holds(row) else {
                outcome.replayed += 1
                continue
            }
            sequence += 1
            let stored = HistoryRow(
                order: RowOrder(event: row.event, created: row.created ?? created, sequence: sequence),
                isDeleted: row.isDeleted, cells: row.cells, source: batch.source)
            try insertion.execute(
                arguments: [
                    batch.view.id, Data(row.key.bytes), stored.order.event, stored.order.created, sequence,
                    row.isDeleted, Data(row.cells.bytes), batch.source,
                ])
            known.add(stored, of: row.key)
            outcome.written += 1
            if batch.target == .historyAndLatest { touched[row.key, default: []].append(stored) }
        }
        for (key, rows) in touched { try fold(rows, key, batch.view) }
    }

    func finish() throws {
        try db.setCounter("sequence", to: sequence)
        try db.setCounter("created", to: created.microseconds)
    }

    private func known(_ batch: WriteBatch) throws -> KnownRows {
        var known = KnownRows()
        let (moments, writings) = KnownRows.needs(of: batch.rows)
        for moment in moments {
            try read(greatest, [batch.view.id, Data(moment.key.bytes), moment.event], moment, &known)
        }
        for writing in writings {
            let moment = writing.moment
            try read(
                sameWriting, [batch.view.id, Data(moment.key.bytes), moment.event, writing.created], moment, &known)
        }
        return known
    }

    private func read(
        _ statement: Statement, _ arguments: StatementArguments, _ moment: KnownRows.Moment, _ known: inout KnownRows
    ) throws {
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        while let stored = try cursor.next() {
            known.add(
                HistoryRow(
                    order: RowOrder(event: moment.event, created: stored[0], sequence: stored[1]),
                    isDeleted: stored[2], cells: PackedRow(stored: [UInt8](stored[3] as Data))), of: moment.key)
        }
    }

    private func fold(_ rows: [HistoryRow], _ key: EntityKey, _ view: ViewVersion) throws {
        let before = try stored(key, view.id)
        let after = LatestRow.folding(before, rows, of: view)
        guard let after, after != before else { return }
        try replacement.execute(
            arguments: [
                view.id, Data(key.bytes), after.order.event, after.order.created, after.order.sequence,
                Data(after.cells.bytes), after.times.isEmpty ? nil : Data(after.times), after.source,
            ])
    }

    private func stored(_ key: EntityKey, _ view: Int64) throws -> LatestRow? {
        let cursor = try Row.fetchCursor(latest, arguments: [view, Data(key.bytes)])
        guard let row = try cursor.next() else { return nil }
        return LatestRow(
            order: RowOrder(event: row[0], created: row[1], sequence: row[2]),
            cells: PackedRow(stored: [UInt8](row[3] as Data)), times: (row[4] as Data?).map { [UInt8]($0) } ?? [],
            source: row[5])
    }
}
