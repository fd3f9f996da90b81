extension PostgresFeatureStorage {
    /// One entity's way back through its history.
    private struct Descent {
        /// Index of the read.
        var index: Int
        /// Rows before this one come next.
        var before: RowOrder
        var search: BackwardSearch
    }

    /// Rows that one statement answers with at most, which bounds what libpq holds.
    private static let rowsAtOnce = 65_536

    package func pointInTime(_ read: PointInTimeRead) async throws -> StoredRows {
        try await pool.run { session in
            var found = [LatestRow?](repeating: nil, count: read.keys.count)
            var size = 0
            var open = read.keys.indices.map { index in
                Descent(
                    index: index,
                    before: RowOrder(event: read.times[index], created: .distantFuture, sequence: .max),
                    search: BackwardSearch(read.ordinals))
            }
            // Most histories answer with their first row; the others are read on from where they were left.
            var limit = 1
            while !open.isEmpty {
                var next: [Descent] = []
                for start in stride(from: 0, to: open.count, by: Self.rowsAtOnce / limit) {
                    var block = Array(open[start..<min(start + Self.rowsAtOnce / limit, open.count)])
                    let ended = try Self.descend(&block, session, read, limit: limit)
                    for (descent, ended) in zip(block, ended) {
                        guard ended || descent.search.isDone else {
                            next.append(descent)
                            continue
                        }
                        found[descent.index] = descent.search.result
                        size += found[descent.index]?.cells.bytes.count ?? 0
                        try OnlineLimits.check(bytes: size, most: read.mostBytes)
                    }
                }
                open = next
                limit = min(limit * 16, 256)
            }
            var rows = StoredRows(reserving: found.count)
            for row in found { rows.append(row) }
            return rows
        }
    }

    /// Goes back at most `limit` rows with each descent.
    /// - Returns: for each whether its history ended.
    private static func descend(
        _ descents: inout [Descent], _ session: borrowing PostgresSession, _ read: PointInTimeRead, limit: Int
    ) throws -> [Bool] {
        let rows = try session.query(
            """
            SELECT r.number, h.event_time, h.created_time, h.sequence, h.deleted, h.vals
            FROM unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
                AS r (entity_key, event_time, created_time, sequence, number)
            CROSS JOIN LATERAL (
                SELECT * FROM feature_history
                WHERE view_id = $1 AND entity_key = r.entity_key
                    AND (event_time, created_time, sequence) < (r.event_time, r.created_time, r.sequence)
                    -- Said again, because only this leaves out partitions.
                    AND event_time <= r.event_time
                    AND created_time <= $6 AND sequence <= $7
                ORDER BY event_time DESC, created_time DESC, sequence DESC LIMIT $8) h
            ORDER BY r.number, h.event_time DESC, h.created_time DESC, h.sequence DESC
            """,
            [
                .int(read.view), .byteArrays(descents.map { read.keys[$0.index].bytes }),
                .ints(descents.map(\.before.event.microseconds)), .ints(descents.map(\.before.created.microseconds)),
                .ints(descents.map(\.before.sequence)),
                .int((read.knownAt ?? .distantFuture).microseconds), .int(read.upTo), .int(Int64(limit)),
            ])
        var taken = [Int](repeating: 0, count: descents.count)
        for row in 0..<rows.count {
            let place = Int(rows.int(row, 0)) - 1
            taken[place] += 1
            guard !descents[place].search.isDone else { continue }
            let order = order(rows, row, from: 1)
            descents[place].before = order
            rows.withBytes(row, 5) {
                descents[place].search.take(order: order, isDeleted: rows.bool(row, 4), cells: $0)
            }
        }
        return taken.map { $0 < limit }
    }
}
