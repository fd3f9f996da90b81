/// What holds for an entity: of each column the cell of the last row that wrote it, after the last tombstone.
///
/// It is the fold of a history over its order; rows may come in any order. Online it is stored as the latest row,
/// offline it is what a point-in-time read answers.
package struct EntityState: Sendable, Equatable {
    package struct Held: Sendable, Equatable {
        package var value: Value
        package var order: RowOrder
        package var source: String
    }

    /// By column ordinal.
    package private(set) var cells: [Int: Held] = [:]
    /// Of the last row, tombstones included.
    package private(set) var newest: RowOrder?
    package private(set) var tombstone: RowOrder?

    package init() {}

    init(cells: [Int: Held], newest: RowOrder?, tombstone: RowOrder?) {
        self.cells = cells
        self.newest = newest
        self.tombstone = tombstone
    }

    /// - Returns: whether anything changed.
    @discardableResult
    package mutating func apply(_ row: HistoryRow) -> Bool {
        let before = (newest, tombstone)
        var changed = false
        if row.isDeleted {
            if tombstone.map({ $0 < row.order }) ?? true {
                tombstone = row.order
                let kept = cells.filter { $0.value.order > row.order }
                changed = kept.count != cells.count
                cells = kept
            }
        } else if tombstone.map({ $0 < row.order }) ?? true {
            for (ordinal, value) in row.cells.cells
            where cells[ordinal].map({ $0.order < row.order }) ?? true {
                cells[ordinal] = Held(value: value, order: row.order, source: row.source)
                changed = true
            }
        }
        newest = newest.map { max($0, row.order) } ?? row.order
        return changed || before != (newest, tombstone)
    }
}
