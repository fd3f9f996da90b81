extension [UInt8] {
    /// Appends seven bits a byte, the low ones first.
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a signed number so that small magnitudes are short.
    mutating func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func append<T>(littleEndian value: T) where T: FixedWidthInteger {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

/// Reads what the appenders above wrote.
///
/// Bytes come from our own tables; damage ends the reading, never the process.
struct PackedReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    let end: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    @inline(__always)
    var isAtEnd: Bool { position >= end }

    @inline(__always)
    mutating func byte() -> UInt8 {
        guard position < end else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always)
    mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return value
    }

    @inline(__always)
    mutating func zigzag() -> Int64 {
        let value = varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @inline(__always)
    mutating func littleEndian<T: FixedWidthInteger>(_ type: T.Type) -> T {
        guard end - position >= MemoryLayout<T>.size else {
            position = end
            return 0
        }
        defer { position += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// As many bytes as the length before them says.
    @inline(__always)
    mutating func counted() -> Range<Int> {
        let count = Int(clamping: varint())
        let start = position
        position = count < end - position ? position + count : end
        return start..<position
    }

    @inline(__always)
    mutating func skip(_ count: Int) {
        position = count < end - position ? position + count : end
    }
}
