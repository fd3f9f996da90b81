/// Rows of one entity that a walk forward through its history has passed since it last answered.
struct PassedRows {
    private struct Passed {
        var order: RowOrder
        var isDeleted: Bool
        var cells: Range<Int>
    }

    private var rows: [Passed] = []
    private var bytes: [UInt8] = []

    var isEmpty: Bool { rows.isEmpty }
    var count: Int { rows.count }

    mutating func append(order: RowOrder, isDeleted: Bool, cells: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: cells)
        rows.append(Passed(order: order, isDeleted: isDeleted, cells: start..<bytes.count))
    }

    mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends what holds behind the rows to `answers`, whose last row is what held before them.
    /// - Parameter ordinals: The wanted columns, ascending.
    func answer(_ ordinals: [Int], into answers: inout StoredRows) {
        guard let last = rows.last else { return answers.appendLastAgain() }
        let isWhole = bytes.withUnsafeBytes { bytes in
            let cells = UnsafeRawBufferPointer(rebasing: bytes[last.cells])
            guard !last.isDeleted, BackwardSearch.holdsAll(ordinals, cells) else { return false }
            answers.append(order: last.order, cells: cells)
            return true
        }
        guard !isWhole else { return }
        var state = answers[answers.entries.count - 1]?.state ?? EntityState()
        for row in rows {
            state.apply(
                HistoryRow(
                    order: row.order, isDeleted: row.isDeleted, cells: PackedRow(stored: Array(bytes[row.cells]))))
        }
        answers.append(LatestRow(state, source: ""))
    }
}
