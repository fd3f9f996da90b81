/// Finds what held at a time by going back from there, row by row in descending order, until every wanted column is
/// found, a tombstone is met, or there are no more rows.
struct BackwardSearch {
    private let ordinals: [Int]
    private var state: EntityState?
    private var first: LatestRow?
    private var source = ""
    private(set) var isDone = false

    init(_ ordinals: [Int]) { self.ordinals = ordinals }

    mutating func take(
        order: RowOrder, isDeleted: Bool, cells: UnsafeRawBufferPointer, source: @autoclosure () -> String
    ) {
        if first == nil, state == nil, !isDeleted, holdsAll(cells) {
            // One row has all: what most histories look like.
            first = LatestRow(order: order, cells: PackedRow(stored: Array(cells)), source: source())
            isDone = true
            return
        }
        if state == nil { self.source = source() }
        var state = state ?? EntityState()
        state.apply(
            HistoryRow(
                order: order, isDeleted: isDeleted, cells: PackedRow(stored: Array(cells)), source: self.source))
        self.state = state
        isDone = isDeleted || ordinals.allSatisfy { state.cells[$0] != nil }
    }

    var result: LatestRow? {
        first ?? state.flatMap { LatestRow($0, source: source) }
    }

    private func holdsAll(_ cells: UnsafeRawBufferPointer) -> Bool {
        var missing = ordinals.count
        Cell.forEach(cells, in: 0..<cells.count) { cell in
            if ordinals.contains(cell.ordinal) { missing -= 1 }
            return missing > 0
        }
        return missing == 0
    }
}
