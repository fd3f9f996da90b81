import Foundation
import JSONText
import ServiceAPI

/// How times are written.
enum TimeForm: Sendable {
    /// RFC 3339.
    case text
    /// Whole seconds since 1970, as Feast's server writes `unix_timestamp`.
    case seconds
}

extension JSONWriter {
    /// A cell as its column's type has it, straight from its packed bytes.
    @inline(__always)
    mutating func cell(
        _ slot: CellGrid.Slot, _ bytes: UnsafeRawBufferPointer, as type: FeatureType, times: TimeForm
    ) {
        guard let kind = slot.kind else { return raw("null") }
        var reader = PackedReader(bytes, in: Int(slot.start)..<Int(slot.end))
        payload(kind, &reader, type.element, times)
    }

    private mutating func payload(
        _ kind: PackedRow.Kind, _ reader: inout PackedReader, _ type: FeatureType.Element, _ times: TimeForm
    ) {
        switch kind {
        case .null, .no, .yes, .int, .double, .float:
            withRoom(JSONRoom.scalarWidth) { $0.scalar(kind, &reader, type, times) }
        case .text: string(utf8: UnsafeRawBufferPointer(rebasing: reader.bytes[reader.counted()]))
        case .bytes: string(Data(reader.bytes[reader.counted()]).base64EncodedString())
        case .floats:
            var inner = PackedReader(reader.bytes, in: reader.counted())
            array(count: (inner.end - inner.position) / 4, width: JSONRoom.scalarWidth) { room, _ in
                room.number(Double(Float(bitPattern: inner.littleEndian(UInt32.self))))
            }
        case .list:
            var inner = PackedReader(reader.bytes, in: reader.counted())
            raw("[")
            var isFirst = true
            while !inner.isAtEnd, let kind = PackedRow.Kind(rawValue: inner.byte()) {
                if !isFirst { raw(",") }
                isFirst = false
                payload(kind, &inner, type, times)
            }
            raw("]")
        }
    }

    /// A time in quotes.
    mutating func time(_ time: Timestamp, fraction: Timestamp.Fraction) {
        withRoom(Timestamp.textWidth + 2) { $0.time(time, fraction: fraction) }
    }
}

extension JSONRoom {
    /// Bytes that a cell other than a text, bytes and a list takes at most.
    static let scalarWidth = Timestamp.textWidth + 2

    /// A cell other than a text, bytes and a list.
    @inline(__always)
    mutating func scalar(
        _ kind: PackedRow.Kind, _ reader: inout PackedReader, _ type: FeatureType.Element, _ times: TimeForm
    ) {
        switch kind {
        case .no: raw("false")
        case .yes: raw("true")
        case .int: whole(reader.zigzag(), type, times)
        case .double: number(Double(bitPattern: reader.littleEndian(UInt64.self)))
        // Widened, so that a reader of doubles sees the very number that is stored.
        case .float: number(Double(Float(bitPattern: reader.littleEndian(UInt32.self))))
        default: raw("null")
        }
    }

    @inline(__always)
    private mutating func whole(_ value: Int64, _ type: FeatureType.Element, _ times: TimeForm) {
        switch (type, times) {
        case (.timestamp, .text): time(Timestamp(microseconds: value), fraction: .six)
        case (.timestamp, .seconds): integer(value >= 0 ? value / 1_000_000 : (value - 999_999) / 1_000_000)
        case (.date, _):
            byte(UInt8(ascii: "\""))
            fill { CivilDate(daysSinceEpoch: value).write(to: $0) }
            byte(UInt8(ascii: "\""))
        default: integer(value)
        }
    }

    /// JSON has no NaN: it is null.
    @inline(__always)
    mutating func number(_ value: Double) {
        value.isFinite ? float(value) : raw("null")
    }

    /// A time in quotes.
    mutating func time(_ time: Timestamp, fraction: Timestamp.Fraction) {
        byte(UInt8(ascii: "\""))
        fill { time.write(to: $0, fraction: fraction) }
        byte(UInt8(ascii: "\""))
    }
}
