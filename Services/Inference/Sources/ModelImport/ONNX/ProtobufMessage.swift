/// A protocol-buffers message under construction: its fields, encoded in the order they were added.
///
/// Encoding: https://protobuf.dev/programming-guides/encoding.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    mutating func append(_ field: UInt64, integer: Int64) {
        append(tag: field, .varint)
        append(varint: UInt64(bitPattern: integer))
    }

    mutating func append(_ field: UInt64, float: Float) {
        append(tag: field, .fixed32)
        withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ field: UInt64, string: String) {
        append(field, bytes: Array(string.utf8))
    }

    mutating func append(_ field: UInt64, message: ProtobufMessage) {
        append(field, bytes: message.bytes)
    }

    mutating func append(_ field: UInt64, bytes value: [UInt8]) {
        append(tag: field, .lengthDelimited)
        append(varint: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func append(tag field: UInt64, _ type: WireType) {
        append(varint: field << 3 | type.rawValue)
    }

    private mutating func append(varint: UInt64) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
