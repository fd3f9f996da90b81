/// A row of an entity's history.
package struct HistoryRow: Sendable, Equatable {
    package var order: RowOrder
    /// A tombstone: from here on nothing written before holds.
    package var isDeleted: Bool
    package var cells: PackedRow
    /// What wrote it, for lineage.
    package var source: String

    package init(order: RowOrder, isDeleted: Bool = false, cells: PackedRow, source: String = "") {
        self.order = order
        self.isDeleted = isDeleted
        self.cells = cells
        self.source = source
    }
}

/// A row that is about to be written.
package struct PendingRow: Sendable, Equatable {
    package var key: EntityKey
    package var event: Timestamp
    /// The store's time of writing when nil.
    package var created: Timestamp?
    package var isDeleted: Bool
    package var cells: PackedRow

    package init(
        key: EntityKey, event: Timestamp, created: Timestamp? = nil, isDeleted: Bool = false, cells: PackedRow
    ) {
        self.key = key
        self.event = event
        self.created = created
        self.isDeleted = isDeleted
        self.cells = cells
    }
}

extension PendingRow {
    /// Whether the row is there already.
    ///
    /// A time of writing that the caller gave has to be the same; where the store gives it, the greatest row of that event
    /// time has to hold the same cells. So a request that is sent again writes nothing, and a value that is corrected
    /// and corrected back is three rows.
    /// - Parameter rows: those of the row's entity and event time, greatest first.
    func isReplay(of rows: [HistoryRow]) -> Bool {
        func isSame(_ row: HistoryRow) -> Bool { row.isDeleted == isDeleted && row.cells == cells }
        guard let created else { return rows.first.map(isSame) ?? false }
        return rows.contains { $0.order.created == created && isSame($0) }
    }
}
