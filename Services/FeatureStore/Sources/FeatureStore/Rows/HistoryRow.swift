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
