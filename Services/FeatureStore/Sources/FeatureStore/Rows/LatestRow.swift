/// An entity's state as it is stored for reading: packed cells, and their orders where they differ from the row's.
///
/// `times` is empty in the common case that one row wrote all cells and nothing was deleted. Otherwise it is: the
/// tombstone (flag, event, created, sequence), then for each cell in order event, created and sequence, all as zigzag
/// differences from the row's.
package struct LatestRow: Sendable, Equatable {
    package var order: RowOrder
    package var cells: PackedRow
    package var times: [UInt8]
    /// What wrote the newest row.
    package var source: String

    package init(order: RowOrder, cells: PackedRow, times: [UInt8] = [], source: String = "") {
        self.order = order
        self.cells = cells
        self.times = times
        self.source = source
    }

    package init?(_ state: EntityState, source: String) {
        guard let order = state.newest else { return nil }
        let sorted = state.cells.sorted { $0.key < $1.key }
        var times: [UInt8] = []
        if state.tombstone != nil || sorted.contains(where: { $0.value.order != order }) {
            times.append(state.tombstone == nil ? 0 : 1)
            if let tombstone = state.tombstone { Self.append(tombstone, relativeTo: order, to: &times) }
            for cell in sorted { Self.append(cell.value.order, relativeTo: order, to: &times) }
        }
        self.init(
            order: order, cells: PackedRow(sorted.map { (ordinal: $0.key, value: $0.value.value) }), times: times,
            source: source)
    }

    package var state: EntityState {
        var tombstone: RowOrder?
        var orders: [RowOrder] = []
        times.withUnsafeBytes { bytes in
            var reader = PackedReader(bytes, in: 0..<bytes.count)
            if !reader.isAtEnd, reader.byte() == 1 { tombstone = Self.order(&reader, relativeTo: order) }
            while !reader.isAtEnd { orders.append(Self.order(&reader, relativeTo: order)) }
        }
        var cells: [Int: EntityState.Held] = [:]
        for (index, cell) in self.cells.cells.sorted(by: { $0.key < $1.key }).enumerated() {
            cells[cell.key] = EntityState.Held(
                value: cell.value, order: index < orders.count ? orders[index] : order, source: source)
        }
        return EntityState(cells: cells, newest: order, tombstone: tombstone)
    }

    /// The row after `rows` were written, given the one before them.
    package static func folding(_ before: LatestRow?, _ rows: [HistoryRow], of view: ViewVersion) -> LatestRow? {
        var after = before
        var rest = rows[...]
        if let last = rows.last, rows.count > 1, last.holdsAlone(among: rows, of: view) { rest = rows.suffix(1) }
        while let row = rest.first {
            if after == nil, !row.isDeleted {
                after = LatestRow(order: row.order, cells: row.cells, source: row.source)
            } else if let replaced = after?.replaced(by: row, of: view) {
                after = replaced
            } else {
                break
            }
            rest.removeFirst()
        }
        guard !rest.isEmpty else { return after }
        // From the first row that only changes a part on, cell by cell.
        var state = after?.state ?? EntityState()
        var source = after?.source ?? ""
        for row in rest {
            state.apply(row)
            if state.newest == row.order { source = row.source }
        }
        return LatestRow(state, source: source)
    }

    /// The state after `row`, which came later and wrote every column that is held: what most writes are.
    ///
    /// A column that the view has given up does not count. A column that this view does not know does: a writer that
    /// has not heard of it yet must not take its value away.
    /// - Returns: nil where it is not that simple.
    private func replaced(by row: HistoryRow, of view: ViewVersion) -> LatestRow? {
        guard times.isEmpty, order < row.order, !row.isDeleted else { return nil }
        let held = cells.ordinals.filter { !view.columns.indices.contains($0) || !view.columns[$0].isRemoved }
        guard row.cells.holdsAll(held) else { return nil }
        return LatestRow(order: row.order, cells: row.cells, source: row.source)
    }

    private static func append(_ order: RowOrder, relativeTo base: RowOrder, to bytes: inout [UInt8]) {
        bytes.append(zigzag: order.event.microseconds &- base.event.microseconds)
        bytes.append(zigzag: order.created.microseconds &- base.created.microseconds)
        bytes.append(zigzag: order.sequence &- base.sequence)
    }

    static func order(_ reader: inout PackedReader, relativeTo base: RowOrder) -> RowOrder {
        RowOrder(
            event: Timestamp(microseconds: base.event.microseconds &+ reader.zigzag()),
            created: Timestamp(microseconds: base.created.microseconds &+ reader.zigzag()),
            sequence: base.sequence &+ reader.zigzag())
    }
}

extension HistoryRow {
    /// Whether the others of `rows`, which one writer of the view wrote, leave nothing that this one does not replace.
    fileprivate func holdsAlone(among rows: [HistoryRow], of view: ViewVersion) -> Bool {
        !isDeleted && rows.allSatisfy { !$0.isDeleted && $0.order <= order } && cells.holdsAll(view.presentOrdinals)
    }
}
