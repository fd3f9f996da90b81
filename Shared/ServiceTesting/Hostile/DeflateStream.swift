/// A DEFLATE stream (RFC 1951) of plain pieces and of runs of one byte, which it packs as densely as the format allows: two
/// bits for 258 bytes.
package struct DeflateStream {
    private var bytes: [UInt8] = []
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    package private(set) var checksum = CRC32()
    /// Length when inflated.
    package private(set) var count = 0

    package init() {}

    /// A piece as it is, in a stored block.
    package mutating func plain(_ piece: [UInt8]) {
        precondition(piece.count <= 65535)
        stored(piece, last: false)
        checksum.update(piece)
        count += piece.count
    }

    /// A byte, many times, in a block with a code made for it.
    package mutating func run(of byte: UInt8, count: Int) {
        precondition(count > 0)
        put(0, 1)  // not the last block
        put(2, 2)  // own codes
        put(286 - 257, 5)  // literal and length symbols 0...285
        put(0, 5)  // one distance symbol
        put(18 - 4, 4)  // code lengths of 18 code length symbols, in the order of RFC 1951, 3.2.7:
        // 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1. So 18 (a run of zeros) is "0", 1 is "10", 2 is "11".
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
            put([18: 1, 1: 2, 2: 2][symbol] ?? 0, 3)
        }
        // The byte gets the code "10", the end of block (256) "11", the length 258 (285) "0", the distance 1 "0".
        unused(Int(byte))
        put(0b11, 2)
        unused(255 - Int(byte))
        put(0b11, 2)
        unused(284 - 256)
        put(0b01, 2)  // "10", and codes go in from their first bit
        put(0b01, 2)
        let matches = (count - 1) / 258
        put(0b01, 2)
        zeros(2 * matches)
        for _ in 0..<(count - 1 - 258 * matches) { put(0b01, 2) }
        put(0b11, 2)
        checksum.update(repeating: byte, count: count)
        self.count += count
    }

    /// The stream, complete.
    package consuming func finished() -> [UInt8] {
        stored([], last: true)
        return bytes
    }

    private mutating func stored(_ piece: [UInt8], last: Bool) {
        put(last ? 1 : 0, 1)
        put(0, 2)
        if bitCount > 0 { put(0, 8 - bitCount) }
        let length = UInt16(piece.count)
        bytes += littleEndian(length) + littleEndian(~length) + piece
    }

    /// So many symbols without a code.
    private mutating func unused(_ count: Int) {
        var left = count
        while left > 0 {
            let part = min(left, 138)
            precondition(part >= 11)
            put(0, 1)
            put(UInt32(part - 11), 7)
            left -= part
        }
    }

    private mutating func put(_ value: UInt32, _ width: UInt32) {
        bits |= value << bitCount
        bitCount += width
        while bitCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }

    private mutating func zeros(_ count: Int) {
        var left = count
        while left > 0 && (bitCount > 0 || left < 8) {
            put(0, 1)
            left -= 1
        }
        bytes += [UInt8](repeating: 0, count: left / 8)
        for _ in 0..<(left % 8) { put(0, 1) }
    }
}
