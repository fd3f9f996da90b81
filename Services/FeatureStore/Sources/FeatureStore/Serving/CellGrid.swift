import ServiceAPI

/// The wanted cells of one view's rows, found once so that an answer can be written column by column.
struct CellGrid: Sendable {
    /// Why a cell is as it is; the order is that of precedence.
    enum Status: UInt8, CaseIterable, Sendable {
        case notFound, outsideMaxAge, nullValue, present
    }

    /// Where a cell's value is; ``OnlineLimits/bytes`` keeps rows within what `Int32` reaches.
    struct Slot: Sendable {
        var kind: PackedRow.Kind?
        var start: Int32 = 0
        var end: Int32 = 0
    }

    let view: ViewVersion
    let columns: [ViewVersion.Column]
    let rows: StoredRows
    private var slots: [Slot]
    /// Microseconds; 0 for ever.
    private let timeToLive: Int64
    private let allowsNaN: Bool
    /// Orders of cells in rows that were written in parts, by slot.
    private var orders: [Int: RowOrder] = [:]

    init(_ read: FeatureSelection.ViewRead, _ rows: StoredRows) {
        precondition(rows.bytes.count <= Int32.max, "rows are read within a bound")
        view = read.view
        columns = read.columns
        timeToLive = read.view.definition.ttl?.microseconds ?? 0
        allowsNaN = read.view.definition.allowNaN
        self.rows = rows
        let count = rows.entries.count
        slots = [Slot](repeating: Slot(), count: count * columns.count)
        var places = [Int](repeating: -1, count: (columns.map(\.ordinal).max() ?? -1) + 1)
        for (index, column) in columns.enumerated() { places[column.ordinal] = index }
        rows.bytes.withUnsafeBytes { bytes in
            for (row, entry) in rows.entries.enumerated() {
                guard let order = entry.order else { continue }
                var times = PackedReader(bytes, in: entry.times)
                if !times.isAtEnd, times.byte() == 1 { _ = LatestRow.order(&times, relativeTo: order) }
                var left = columns.count
                Cell.forEach(bytes, in: entry.cells) { cell in
                    let own = times.isAtEnd ? nil : LatestRow.order(&times, relativeTo: order)
                    guard cell.ordinal < places.count else { return false }
                    let place = places[cell.ordinal]
                    guard place >= 0 else { return true }
                    let slot = place * count + row
                    slots[slot] = Slot(
                        kind: cell.kind, start: Int32(cell.payload.lowerBound), end: Int32(cell.payload.upperBound))
                    if let own { orders[slot] = own }
                    left -= 1
                    return left > 0
                }
            }
        }
    }

    var rowCount: Int { rows.entries.count }

    /// Whether any cell was written apart from its row.
    var hasOwnOrders: Bool { !orders.isEmpty }

    @inline(__always)
    func slot(_ column: Int, _ row: Int) -> Slot { slots[column * rowCount + row] }

    /// When a cell was written; the row's order where the cell is not there, nil where there is no row.
    @inline(__always)
    func order(_ column: Int, _ row: Int) -> RowOrder? {
        if !orders.isEmpty, let own = orders[column * rowCount + row] { return own }
        return rows.entries[row].order
    }

    /// The statuses of a column's cells.
    func statuses(_ column: Int, now: Timestamp) -> [Status] {
        (0..<rowCount).map { status(column, $0, now: now) }
    }

    /// - Parameters:
    ///   - now: The time that ages are measured at; one for the whole request.
    @inline(__always)
    func status(_ column: Int, _ row: Int, now: Timestamp) -> Status {
        guard let kind = slot(column, row).kind, let order = order(column, row) else { return .notFound }
        // A view without a time to live, or with none at all, holds for ever. The window is closed: a value exactly as
        // old as its time to live still counts.
        if timeToLive > 0,
            now.microseconds.subtractingReportingOverflow(order.event.microseconds).partialValue > timeToLive
        {
            return .outsideMaxAge
        }
        return kind == .null || (allowsNaN && isNotFinite(column, row)) ? .nullValue : .present
    }

    private func isNotFinite(_ column: Int, _ row: Int) -> Bool {
        switch value(column, row) {
        case .double(let number): !number.isFinite
        case .float(let number): !number.isFinite
        default: false
        }
    }

    /// Least bytes that a column's texts take in an answer, so that one that is too large is refused before it is written.
    func textSize(_ column: Int, _ places: [Int]) -> Int {
        guard [.string, .json, .bytes].contains(columns[column].type.element) else { return 0 }
        return places.reduce(0) { sum, row in
            let slot = slot(column, row)
            return sum + Int(slot.end - slot.start)
        }
    }

    /// Reads a vector into `vector`.
    /// - Returns: whether the cell is one of `count` numbers.
    func readVector(_ column: Int, _ row: Int, count: Int, into vector: inout [Float]) -> Bool {
        let slot = slot(column, row)
        guard slot.kind == .floats else { return false }
        return rows.bytes.withUnsafeBytes { bytes in
            var outer = PackedReader(bytes, in: Int(slot.start)..<Int(slot.end))
            var reader = PackedReader(bytes, in: outer.counted())
            guard reader.end - reader.position == count * 4 else { return false }
            vector.removeAll(keepingCapacity: true)
            while !reader.isAtEnd { vector.append(Float(bitPattern: reader.littleEndian(UInt32.self))) }
            return true
        }
    }

    func value(_ column: Int, _ row: Int) -> Value {
        let slot = slot(column, row)
        guard let kind = slot.kind else { return .null }
        return rows.bytes.withUnsafeBytes { bytes in
            Cell(ordinal: 0, kind: kind, payload: Int(slot.start)..<Int(slot.end)).value(bytes)
        }
    }
}

extension CellGrid.Status {
    var text: StaticString {
        switch self {
        case .notFound: "NOT_FOUND"
        case .outsideMaxAge: "OUTSIDE_MAX_AGE"
        case .nullValue: "NULL_VALUE"
        case .present: "PRESENT"
        }
    }
}
