/// Rows on their way to the store, all in a few arrays: some sixty bytes a row beside its key and its cells, and none to be
/// freed one by one.
struct RowPile: Sendable {
    private var keys = EntityKeys()
    private var events: [Timestamp] = []
    private var created: [Timestamp?] = []
    private var cells: [UInt8] = []
    /// Where a row's cells end.
    private var ends: [Int] = []

    var count: Int { ends.count }
    /// Bytes of keys and cells.
    var size: Int { keys.bytes.count + cells.count }

    /// - Parameter row: no tombstone; sources have none.
    mutating func append(_ row: PendingRow) {
        precondition(!row.isDeleted)
        keys.append(row.key)
        events.append(row.event)
        created.append(row.created)
        cells.append(contentsOf: row.cells.bytes)
        ends.append(cells.count)
    }

    subscript(_ index: Int) -> PendingRow {
        PendingRow(
            key: keys[index], event: events[index], created: created[index],
            cells: PackedRow(stored: Array(cells[(index == 0 ? 0 : ends[index - 1])..<ends[index]])))
    }

    /// Places of the rows by entity; those of one entity stay in their order.
    var orderByEntity: [Int32] { EntityOrder.sorted(0..<count, keys: keys) }
}
