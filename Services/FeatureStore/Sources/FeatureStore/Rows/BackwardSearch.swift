/// Finds what held at a time by going back from there, row by row in descending order, until every wanted column is
/// found, a tombstone is met, or there are no more rows.
struct BackwardSearch {
    private let ordinals: [Int]
    private var state: EntityState?
    private var first: LatestRow?
    private(set) var isDone = false

    /// - Parameter ordinals: The wanted columns, ascending.
    init(_ ordinals: [Int]) { self.ordinals = ordinals }

    mutating func take(order: RowOrder, isDeleted: Bool, cells: UnsafeRawBufferPointer) {
        if first == nil, state == nil, !isDeleted, Self.holdsAll(ordinals, cells) {
            // One row has all: what most histories look like.
            first = LatestRow(order: order, cells: PackedRow(stored: Array(cells)))
            isDone = true
            return
        }
        var state = state ?? EntityState()
        state.apply(HistoryRow(order: order, isDeleted: isDeleted, cells: PackedRow(stored: Array(cells))))
        self.state = state
        isDone = isDeleted || ordinals.allSatisfy { state.cells[$0] != nil }
    }

    var result: LatestRow? {
        first ?? state.flatMap { LatestRow($0, source: "") }
    }

    /// Whether a row has all of the columns, which are ascending as cells are.
    static func holdsAll(_ ordinals: [Int], _ cells: UnsafeRawBufferPointer) -> Bool {
        var found = 0
        Cell.forEach(cells, in: 0..<cells.count) { cell in
            while found < ordinals.count, ordinals[found] == cell.ordinal { found += 1 }
            return found < ordinals.count
        }
        return found == ordinals.count
    }
}
