import GRDB

/// Reads what is stored of the event times that an entity's new rows have, which mostly is nothing.
struct KnownRowReader {
    /// Rows of a range that are read for each row that is written, before single event times are looked for.
    private static let stride = 8

    private let newest: RowStatement
    private let range: RowStatement
    private let greatest: RowStatement
    private let sameWriting: RowStatement

    init(_ db: Database) throws {
        let columns = "SELECT event_time, created_time, sequence, deleted, vals FROM feature_history"
        newest = try RowStatement(
            db,
            """
            SELECT event_time FROM feature_history WHERE view_id = ? AND entity_key = ? ORDER BY event_time DESC LIMIT 1
            """)
        range = try RowStatement(
            db, "\(columns) WHERE view_id = ? AND entity_key = ? AND event_time BETWEEN ? AND ? LIMIT ?")
        greatest = try RowStatement(
            db,
            """
            \(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ?
            ORDER BY created_time DESC, sequence DESC LIMIT 1
            """)
        sameWriting = try RowStatement(
            db, "\(columns) WHERE view_id = ? AND entity_key = ? AND event_time = ? AND created_time = ?")
    }

    func begin(_ view: Int64) {
        for statement in [newest, range, greatest, sameWriting] { statement.bind(1, view) }
    }

    /// What rows of one entity are to be told from.
    /// - Returns: nil where each of them is newer than what is stored and than the one before it.
    func rows(_ rows: ArraySlice<PendingRow>, of key: EntityKey) throws -> KnownRows? {
        newest.bind(2, key.bytes)
        var last: Timestamp?
        try newest.forEach { row in
            last = row.time(0)
            return false
        }
        var areNew = true
        var previous = last
        for row in rows {
            areNew = areNew && previous.map { $0 < row.event } ?? true
            previous = row.event
        }
        guard !areNew else { return nil }
        var known = KnownRows()
        guard let last else { return known }
        let old = rows.filter { $0.event <= last }
        if try !readRange(of: old, key, into: &known) { try readEach(old, key, into: &known) }
        return known
    }

    /// Reads all between the rows' first and last event time.
    /// - Returns: whether that were few enough, so that all is read.
    private func readRange(of rows: [PendingRow], _ key: EntityKey, into known: inout KnownRows) throws -> Bool {
        guard let first = rows.map(\.event).min(), let last = rows.map(\.event).max() else { return true }
        let most = rows.count * Self.stride
        range.bind(2, key.bytes)
        range.bind(3, first)
        range.bind(4, last)
        range.bind(5, Int64(most))
        return try read(range, key, into: &known) < most
    }

    private func readEach(_ rows: [PendingRow], _ key: EntityKey, into known: inout KnownRows) throws {
        greatest.bind(2, key.bytes)
        sameWriting.bind(2, key.bytes)
        let (moments, writings) = KnownRows.needs(of: rows)
        for moment in moments {
            greatest.bind(3, moment.event)
            try read(greatest, key, into: &known)
        }
        for writing in writings {
            sameWriting.bind(3, writing.moment.event)
            sameWriting.bind(4, writing.created)
            try read(sameWriting, key, into: &known)
        }
    }

    @discardableResult
    private func read(_ statement: RowStatement, _ key: EntityKey, into known: inout KnownRows) throws -> Int {
        var count = 0
        try statement.forEach { stored in
            known.add(
                HistoryRow(
                    order: RowOrder(event: stored.time(0), created: stored.time(1), sequence: stored.int(2)),
                    isDeleted: stored.int(3) != 0, cells: PackedRow(stored: Array(stored.blob(4)))), of: key)
            count += 1
            return true
        }
        return count
    }
}
