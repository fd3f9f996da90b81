import ServiceAPI

/// Features of an on-demand view that a request asks for: computed from the cells of other views and the request's fields.
package struct DerivedRead: Sendable {
    enum Slot: Sendable {
        /// Index into `fields`.
        case field(Int)
        /// Indices into the selection's views, and the view's columns.
        case cell(view: Int, column: Int)
    }

    /// The wanted features as a view of their own.
    let view: ViewVersion
    /// What of the request the programs need.
    let fields: [OnDemandViewDefinition.Field]
    let slots: [Slot]
    let programs: [ExpressionProgram]

    /// Computes the features of `count` rows.
    ///
    /// A cell that is missing or past its time to live is null. A value holds from when the newest of its inputs does; one
    /// that needs no feature at all holds at the row's time.
    /// - Parameters:
    ///   - fields: For each of `fields` the rows' values.
    ///   - place: The row of a view's grid that belongs to a row.
    ///   - time: When a row is asked for.
    /// - Throws: `answer_too_large`.
    func grid(
        _ count: Int, fields: [[Value]], grids: [CellGrid], place: (_ view: Int, _ row: Int) -> Int,
        time: (_ row: Int) -> Timestamp
    ) throws -> CellGrid {
        var rows = StoredRows(reserving: count)
        for row in 0..<count {
            let now = time(row)
            var frame = ExpressionFrame(slots: [], now: now)
            frame.slots.reserveCapacity(slots.count)
            var order: RowOrder?
            for slot in slots {
                switch slot {
                case .field(let field): frame.slots.append(fields[field][row].operand)
                case .cell(let view, let column):
                    let place = place(view, row)
                    let isPresent = grids[view].status(column, place, now: now) == .present
                    frame.slots.append(isPresent ? grids[view].value(column, place).operand : .null)
                    if isPresent, let own = grids[view].order(column, place) { order = max(order ?? own, own) }
                }
            }
            let cells = PackedRow(programs.enumerated().map { (ordinal: $0, value: $1.evaluate(frame)) })
            cells.bytes.withUnsafeBytes {
                rows.append(order: order ?? RowOrder(event: now, created: now, sequence: 0), cells: $0)
            }
            try OnlineLimits.check(bytes: rows.bytes.count)
        }
        return CellGrid(.init(view: view, columns: view.columns), rows)
    }
}

extension Value {
    /// The value as expressions compute with it: float32 widened, what is not finite null.
    fileprivate var operand: Value {
        switch self {
        case .float(let number): Arithmetic.finite(Double(number))
        case .double(let number): Arithmetic.finite(number)
        default: self
        }
    }
}
