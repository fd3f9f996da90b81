import JSONText
import ServiceAPI

/// Columns of an answer, each written in one go.
extension JSONWriter {
    /// The cells of a column, null where a cell is not to be seen.
    /// - Parameters:
    ///   - statuses: of the grid's rows.
    ///   - places: the grid's row of each of the answer's.
    /// - Throws: `answer_too_large`.
    mutating func values(
        _ grid: CellGrid, _ column: Int, _ statuses: [CellGrid.Status], _ places: [Int], includesExpired: Bool,
        times: TimeForm
    ) throws {
        let type = grid.columns[column].type
        try OnlineLimits.check(bytes: count + grid.textSize(column, places))
        func isSeen(_ status: CellGrid.Status) -> Bool {
            status == .present || (status == .outsideMaxAge && includesExpired)
        }
        try grid.rows.bytes.withUnsafeBytes { bytes in
            guard type.isList || [.string, .json, .bytes].contains(type.element) else {
                return array(count: places.count, width: JSONRoom.scalarWidth) { room, index in
                    let row = places[index]
                    let slot = grid.slot(column, row)
                    guard isSeen(statuses[row]), let kind = slot.kind else { return room.raw("null") }
                    var reader = PackedReader(bytes, in: Int(slot.start)..<Int(slot.end))
                    room.scalar(kind, &reader, type.element, times)
                }
            }
            raw("[")
            for (index, row) in places.enumerated() {
                try OnlineLimits.check(bytes: count)
                if index > 0 { raw(",") }
                if isSeen(statuses[row]) {
                    cell(grid.slot(column, row), bytes, as: type, times: times)
                } else {
                    raw("null")
                }
            }
            raw("]")
        }
        try OnlineLimits.check(bytes: count)
    }

    mutating func statuses(_ statuses: [CellGrid.Status], _ places: [Int]) {
        guard statuses.contains(where: { $0 != .present }) else {
            raw("[")
            raw("\"PRESENT\"", repeated: places.count)
            return raw("]")
        }
        // The longest is OUTSIDE_MAX_AGE in quotes.
        array(count: places.count, width: 17) { room, index in
            room.byte(UInt8(ascii: "\""))
            room.raw(statuses[places[index]].text)
            room.byte(UInt8(ascii: "\""))
        }
    }

    /// Times, of which those that follow each other are often the same.
    /// - Parameter none: what stands where there is no time.
    mutating func times(
        count: Int, fraction: Timestamp.Fraction, none: StaticString, _ time: (Int) -> Timestamp?
    ) {
        let width = max(Timestamp.textWidth + 2, none.utf8CodeUnitCount)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: width) { memory in
            var known: Timestamp?
            var text = UnsafeRawBufferPointer(memory)
            array(count: count, width: width) { room, index in
                guard let time = time(index) else { return room.raw(none) }
                if time != known {
                    // Not nil, because it is not empty.
                    memory[0] = UInt8(ascii: "\"")
                    let length = time.write(to: memory.baseAddress! + 1, fraction: fraction)
                    memory[length + 1] = UInt8(ascii: "\"")
                    text = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<(length + 2)])
                    known = time
                }
                room.copy(text)
            }
        }
    }
}

/// The text of a view's times, which is that of all its columns whose cells were written with their rows.
struct TimeColumns {
    let fraction: Timestamp.Fraction
    /// What stands where there is no time.
    let none: StaticString
    let time: @Sendable (RowOrder) -> Timestamp
    private var known: [Int: JSONWriter] = [:]

    init(fraction: Timestamp.Fraction, none: StaticString, time: @escaping @Sendable (RowOrder) -> Timestamp) {
        self.fraction = fraction
        self.none = none
        self.time = time
    }

    /// - Parameter view: which of the answer's grids it is.
    mutating func write(_ grid: CellGrid, view: Int, _ column: Int, _ places: [Int], to writer: inout JSONWriter) {
        guard !grid.hasOwnOrders else {
            return writer.times(count: places.count, fraction: fraction, none: none) {
                grid.order(column, places[$0]).map(time)
            }
        }
        var text = known[view] ?? JSONWriter(reservingCapacity: places.count * (Timestamp.textWidth + 2))
        if text.count == 0 {
            text.times(count: places.count, fraction: fraction, none: none) {
                grid.rows.entries[places[$0]].order.map(time)
            }
            known[view] = text
        }
        writer.append(text)
    }
}
