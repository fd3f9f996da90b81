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
        case .null: raw("null")
        case .no: raw("false")
        case .yes: raw("true")
        case .int: whole(reader.zigzag(), type, times)
        case .double: number(Double(bitPattern: reader.littleEndian(UInt64.self)))
        // Widened, so that a reader of doubles sees the very number that is stored.
        case .float: number(Double(Float(bitPattern: reader.littleEndian(UInt32.self))))
        case .text: string(utf8: UnsafeRawBufferPointer(rebasing: reader.bytes[reader.counted()]))
        case .bytes: string(Data(reader.bytes[reader.counted()]).base64EncodedString())
        case .floats:
            var inner = PackedReader(reader.bytes, in: reader.counted())
            raw("[")
            var isFirst = true
            while !inner.isAtEnd {
                if !isFirst { raw(",") }
                isFirst = false
                number(Double(Float(bitPattern: inner.littleEndian(UInt32.self))))
            }
            raw("]")
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

    private mutating func whole(_ value: Int64, _ type: FeatureType.Element, _ times: TimeForm) {
        switch (type, times) {
        case (.timestamp, .text):
            raw("\"")
            Timestamp(microseconds: value).append(to: &bytes, fraction: .six)
            raw("\"")
        case (.timestamp, .seconds):
            integer(value >= 0 ? value / 1_000_000 : (value - 999_999) / 1_000_000)
        case (.date, _):
            raw("\"")
            CivilDate(daysSinceEpoch: value).append(to: &bytes)
            raw("\"")
        default: integer(value)
        }
    }

    /// JSON has no NaN: it is null.
    private mutating func number(_ value: Double) {
        value.isFinite ? float(value) : raw("null")
    }
}
