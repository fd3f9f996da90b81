/// Rows as they came out of a store, in one buffer.
package struct StoredRows: Sendable {
    package struct Entry: Sendable {
        /// Nil where there is no row.
        package var order: RowOrder?
        var cells: Range<Int>
        /// Empty where all cells have the row's order; see ``LatestRow``.
        var times: Range<Int>
    }

    package private(set) var entries: [Entry] = []
    private(set) var bytes: [UInt8] = []

    package init(reserving rows: Int = 0) {
        entries.reserveCapacity(rows)
        bytes.reserveCapacity(rows * 64)
    }

    mutating func appendMissing() {
        entries.append(Entry(order: nil, cells: 0..<0, times: 0..<0))
    }

    mutating func append(order: RowOrder, cells: UnsafeRawBufferPointer, times: UnsafeRawBufferPointer? = nil) {
        let start = bytes.count
        bytes.append(contentsOf: cells)
        let middle = bytes.count
        if let times { bytes.append(contentsOf: times) }
        entries.append(Entry(order: order, cells: start..<middle, times: middle..<bytes.count))
    }

    mutating func append(_ row: LatestRow?) {
        guard let row else { return appendMissing() }
        row.cells.bytes.withUnsafeBytes { cells in
            row.times.withUnsafeBytes { append(order: row.order, cells: cells, times: $0) }
        }
    }

    /// The rows at `indices`, in that order.
    func selecting(_ indices: some Sequence<Int>) -> StoredRows {
        var copy = self
        copy.entries = indices.map { entries[$0] }
        return copy
    }

    package subscript(_ index: Int) -> LatestRow? {
        let entry = entries[index]
        return entry.order.map {
            LatestRow(order: $0, cells: PackedRow(stored: Array(bytes[entry.cells])), times: Array(bytes[entry.times]))
        }
    }
}
