/// The order of rows by entity, which is that of the tables.
enum EntityOrder {
    private struct Rank {
        var prefix: UInt64
        var time: Timestamp
        var row: Int32
    }

    /// Rows by entity, those of one by time, and else as they come.
    /// - Parameter times: nil where rows of an entity stay as they come.
    static func sorted(_ rows: Range<Int>, keys: EntityKeys, times: [Timestamp]? = nil) -> [Int32] {
        var ranks = rows.map {
            Rank(prefix: keys.prefix($0), time: times?[$0] ?? .distantFuture, row: Int32($0))
        }
        let areWhole = rows.allSatisfy { keys.range($0).count == 8 }
        ranks.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            if !areWhole, !keys.areEqual(Int(left.row), Int(right.row)) {
                return keys.precedes(Int(left.row), Int(right.row))
            }
            return left.time == right.time ? left.row < right.row : left.time < right.time
        }
        return ranks.map(\.row)
    }

    /// Whether rows stand so already, those of one entity as they come.
    static func holds(_ rows: [PendingRow]) -> Bool {
        zip(rows, rows.dropFirst()).allSatisfy { $0.key == $1.key || $0.key < $1.key }
    }
}

extension [PendingRow] {
    /// The rows by entity; those of one entity stay in their order.
    var sortedByEntity: [PendingRow] {
        guard !EntityOrder.holds(self) else { return self }
        return EntityOrder.sorted(indices, keys: EntityKeys(lazy.map(\.key))).map { self[Int($0)] }
    }
}
