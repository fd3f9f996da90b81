import JSONText
import NIOCore
import ServiceAPI

/// Writes the answer of `POST /v1/features/online` as columns of bytes, for callers who would rather not read a number's
/// digits: arrays as they lie in memory, after a head in JSON that says where each begins.
///
/// The form is described in the service's README, "Columns of bytes".
struct OnlineColumns {
    static let mediaType = "application/vnd.quinion.columns"

    /// "QFC1", then the length of the head.
    private static let magic: UInt32 = 0x3143_4651
    /// What stands where there is no time.
    private static let noTime = Int64.min

    private let answer: OnlineReader.Answer
    private var head = JSONWriter(reservingCapacity: 1 << 12)
    private var body = ByteBuffer()
    /// Where the times of a view's rows are, which are those of its columns whose cells were written with their rows.
    private var known: [Int: (event: Int, created: Int)] = [:]

    /// - Throws: `answer_too_large`.
    static func write(_ answer: OnlineReader.Answer, includesExpired: Bool?) throws -> ByteBuffer {
        var columns = OnlineColumns(answer)
        return try columns.write(includesExpired)
    }

    private init(_ answer: OnlineReader.Answer) {
        self.answer = answer
        body.reserveCapacity(
            OnlineLimits.reservation(rows: answer.entities.count, columns: answer.selection.outputs.count))
    }

    private mutating func write(_ includesExpired: Bool?) throws -> ByteBuffer {
        head.raw("{\"as_of\":")
        head.integer(answer.now.microseconds)
        head.raw(",\"rows\":")
        head.integer(answer.entities.count)
        head.raw(",\"statuses\":")
        head.array(CellGrid.Status.allCases) { $0.string($1.text.description) }
        head.raw(",\"columns\":[")
        for (index, output) in answer.selection.outputs.enumerated() {
            if index > 0 { head.raw(",") }
            let expired = answer.grids[output.view].view.definition.expired
            try write(output, includesExpired: includesExpired ?? (expired == .value))
            try OnlineLimits.check(bytes: body.readableBytes)
        }
        head.raw("]}")
        // So that the arrays, which begin at multiples of eight, do so in the whole answer.
        while head.count % 8 != 0 { head.raw(" ") }
        var whole = ByteBuffer()
        whole.reserveCapacity(8 + head.count + body.readableBytes)
        whole.writeInteger(Self.magic, endianness: .little)
        whole.writeInteger(UInt32(head.count), endianness: .little)
        whole.writeImmutableBuffer(head.buffer)
        whole.writeImmutableBuffer(body)
        return whole
    }

    private mutating func write(_ output: FeatureSelection.Output, includesExpired: Bool) throws {
        let grid = answer.grids[output.view]
        let places = answer.places[output.view]
        let column = grid.columns[output.column]
        try OnlineLimits.check(bytes: body.readableBytes + grid.textSize(output.column, places))
        let statuses = grid.statuses(output.column, now: answer.now)
        head.raw("{\"name\":")
        head.string(output.name)
        head.raw(",\"feature\":")
        head.string("\(grid.view.name)@v\(grid.view.version):\(column.name)")
        head.raw(",\"type\":")
        head.string(column.type.description)
        at("status", numbers(places.count) { statuses[places[$0]].rawValue })
        let times = times(grid, output, places)
        at("event_time", times.event)
        at("created_time", times.created)
        let slots = places.map { row in
            statuses[row] == .present || (statuses[row] == .outsideMaxAge && includesExpired)
                ? grid.slot(output.column, row) : CellGrid.Slot(kind: nil)
        }
        grid.rows.bytes.withUnsafeBytes { bytes in
            column.type.isList
                ? lists(slots, of: column.type.element, bytes) : elements(slots, of: column.type.element, bytes)
        }
        head.raw("}")
    }

    private mutating func at(_ name: StaticString, _ offset: Int) {
        head.raw(",\"")
        head.raw(name)
        head.raw("\":")
        head.integer(offset)
    }

    // MARK: - Arrays

    /// - Returns: where it begins.
    private mutating func numbers<Number: FixedWidthInteger>(_ count: Int, _ number: (Int) -> Number) -> Int {
        while body.readableBytes % 8 != 0 { body.writeInteger(UInt8(0)) }
        let start = body.readableBytes
        let size = count * MemoryLayout<Number>.size
        body.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { target in
            for index in 0..<count {
                target.storeBytes(
                    of: number(index).littleEndian, toByteOffset: index * MemoryLayout<Number>.size, as: Number.self)
            }
            return size
        }
        return start
    }

    private mutating func times(
        _ grid: CellGrid, _ output: FeatureSelection.Output, _ places: [Int]
    ) -> (event: Int, created: Int) {
        if !grid.hasOwnOrders, let known = known[output.view] { return known }
        let orders = places.map { grid.order(output.column, $0) }
        let event = numbers(orders.count) { orders[$0]?.event.microseconds ?? Self.noTime }
        let created = numbers(orders.count) { orders[$0]?.created.microseconds ?? Self.noTime }
        known[output.view] = (event, created)
        return (event, created)
    }

    private mutating func lists(
        _ slots: [CellGrid.Slot], of type: FeatureType.Element, _ bytes: UnsafeRawBufferPointer
    ) {
        var all: [CellGrid.Slot] = []
        let ends = slots.map { slot in
            slot.forEachElement(bytes) { all.append($0) }
            return UInt32(all.count)
        }
        at("list_offsets", numbers(slots.count + 1) { $0 == 0 ? 0 : ends[$0 - 1] })
        elements(all, of: type, bytes)
    }

    private mutating func elements(
        _ slots: [CellGrid.Slot], of type: FeatureType.Element, _ bytes: UnsafeRawBufferPointer
    ) {
        switch type {
        case .bool: at("values", numbers(slots.count) { slots[$0].kind == .yes ? 1 as UInt8 : 0 })
        case .int32, .date:
            at("values", numbers(slots.count) { Int32(truncatingIfNeeded: slots[$0].whole(bytes)) })
        case .int64, .timestamp: at("values", numbers(slots.count) { slots[$0].whole(bytes) })
        case .float32: at("values", numbers(slots.count) { Float(slots[$0].number(bytes)).bitPattern })
        case .float64: at("values", numbers(slots.count) { slots[$0].number(bytes).bitPattern })
        case .string, .json, .bytes:
            var end: UInt32 = 0
            let ends = slots.map { slot in
                end += UInt32(slot.text(bytes).count)
                return end
            }
            at("offsets", numbers(slots.count + 1) { $0 == 0 ? 0 : ends[$0 - 1] })
            at("values", numbers(0) { _ in 0 as UInt8 })
            for slot in slots { body.writeBytes(slot.text(bytes)) }
        }
    }
}

extension CellGrid.Slot {
    private func reader(_ bytes: UnsafeRawBufferPointer) -> PackedReader {
        PackedReader(bytes, in: Int(start)..<Int(end))
    }

    /// 0 where there is no whole number.
    fileprivate func whole(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        guard kind == .int else { return 0 }
        var reader = reader(bytes)
        return reader.zigzag()
    }

    /// 0 where there is no number.
    fileprivate func number(_ bytes: UnsafeRawBufferPointer) -> Double {
        var reader = reader(bytes)
        return switch kind {
        case .double: Double(bitPattern: reader.littleEndian(UInt64.self))
        case .float: Double(Float(bitPattern: reader.littleEndian(UInt32.self)))
        default: 0
        }
    }

    /// Nothing where there is no text.
    fileprivate func text(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard kind == .text || kind == .bytes else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        var reader = reader(bytes)
        return UnsafeRawBufferPointer(rebasing: bytes[reader.counted()])
    }

    /// The elements of a list; none where there is none.
    fileprivate func forEachElement(_ bytes: UnsafeRawBufferPointer, _ body: (CellGrid.Slot) -> Void) {
        guard kind == .floats || kind == .list else { return }
        var outer = reader(bytes)
        var inner = PackedReader(bytes, in: outer.counted())
        while !inner.isAtEnd {
            guard let kind = kind == .floats ? .float : PackedRow.Kind(rawValue: inner.byte()) else { return }
            let start = inner.position
            inner.skip(kind)
            body(CellGrid.Slot(kind: kind, start: Int32(start), end: Int32(inner.position)))
        }
    }
}
