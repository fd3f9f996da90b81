import GRDB

/// Answers what held at many times, in the order in which they come; neighbours of one entity in the order of time share
/// the reading.
///
/// An entity's first time is looked for from the newest row back. From there later times are walked to, row by row in the
/// order of the table, until one is so far away that looking for it anew reads less.
struct HistoryReader {
    /// Rows that a walk passes from one answer to the next before it gives up: they take about as long as three searches.
    private static let stride = 32

    private let read: PointInTimeRead
    private let backward: RowStatement
    private let forward: RowStatement
    private var rows: StoredRows
    private var passed = PassedRows()

    static func rows(_ db: Database, _ read: PointInTimeRead) throws -> StoredRows {
        var reader = try HistoryReader(db, read)
        try reader.run()
        return reader.rows
    }

    private init(_ db: Database, _ read: PointInTimeRead) throws {
        self.read = read
        rows = StoredRows(reserving: read.keys.count)
        let columns = "SELECT event_time, created_time, sequence, deleted, vals FROM feature_history"
        backward = try RowStatement(
            db,
            """
            \(columns) WHERE view_id = ? AND entity_key = ? AND event_time <= ? AND created_time <= ? AND sequence <= ?
            ORDER BY event_time DESC, created_time DESC, sequence DESC
            """)
        forward = try RowStatement(
            db,
            """
            \(columns) WHERE view_id = ? AND entity_key = ? AND event_time > ? AND created_time <= ? AND sequence <= ?
                AND event_time <= ?
            ORDER BY event_time, created_time, sequence
            """)
        for statement in [backward, forward] {
            statement.bind(1, read.view)
            statement.bind(4, read.knownAt ?? .distantFuture)
            statement.bind(5, read.upTo)
        }
    }

    private mutating func run() throws {
        var start = 0
        while start < read.keys.count {
            var end = start + 1
            while end < read.keys.count, read.times[end - 1] <= read.times[end], read.keys.areEqual(start, end) {
                end += 1
            }
            try answer(start..<end)
            start = end
        }
    }

    /// Answers times of one entity, which ascend.
    private mutating func answer(_ reads: Range<Int>) throws {
        bind(reads.lowerBound)
        var next = reads.lowerBound
        while next < reads.upperBound {
            try search(next)
            next += 1
            try repeatWhileSame(&next, reads.upperBound)
            if next < reads.upperBound { try walk(&next, reads.upperBound) }
        }
    }

    private func bind(_ index: Int) {
        read.keys.bytes.withUnsafeBytes { bytes in
            let key = UnsafeRawBufferPointer(rebasing: bytes[read.keys.range(index)])
            backward.bind(2, key)
            forward.bind(2, key)
        }
    }

    private mutating func search(_ index: Int) throws {
        backward.bind(3, read.times[index])
        var search = BackwardSearch(read.ordinals)
        try backward.forEach { row in
            search.take(order: row.order, isDeleted: row.int(3) != 0, cells: row.blob(4))
            return !search.isDone
        }
        rows.append(search.result)
        try check()
    }

    private mutating func repeatWhileSame(_ next: inout Int, _ end: Int) throws {
        while next < end, read.times[next] == read.times[next - 1] {
            rows.appendLastAgain()
            next += 1
        }
    }

    /// Answers times from `next` on, of which the one before was answered, until one is too far away.
    private mutating func walk(_ next: inout Int, _ end: Int) throws {
        passed.removeAll()
        forward.bind(3, read.times[next - 1])
        forward.bind(6, read.times[end - 1])
        var gaveUp = false
        let forward = forward
        try forward.forEach { row in
            let order = row.order
            while next < end, read.times[next] < order.event { try answerPassed(&next) }
            gaveUp = passed.count == Self.stride
            if !gaveUp { passed.append(order: order, isDeleted: row.int(3) != 0, cells: row.blob(4)) }
            return !gaveUp
        }
        while !gaveUp, next < end { try answerPassed(&next) }
    }

    private mutating func answerPassed(_ next: inout Int) throws {
        passed.answer(read.ordinals, into: &rows)
        passed.removeAll()
        next += 1
        try check()
    }

    private func check() throws { try OnlineLimits.check(bytes: rows.bytes.count, most: read.mostBytes) }
}

extension RowStatement {
    fileprivate var order: RowOrder { RowOrder(event: time(0), created: time(1), sequence: int(2)) }
}
