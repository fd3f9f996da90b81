/// The checksum of gzip, ZIP and PNG: polynomial 0xEDB88320, reflected.
package struct CRC32 {
    private var state: UInt32 = .max

    package init() {}

    package var value: UInt32 { ~state }

    package mutating func update(_ bytes: [UInt8]) {
        for byte in bytes { state = Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8) }
    }

    /// Takes in a byte many times, in as many steps as the count has bits.
    ///
    /// One byte is an affine map of the state over GF(2): a linear part, kept as the images of the 32 unit vectors, and the
    /// image of zero. Squaring the map doubles the count.
    package mutating func update(repeating byte: UInt8, count: Int) {
        var map = AffineMap(byte: byte)
        var left = count
        while left > 0 {
            if left & 1 == 1 { state = map(state) }
            map = map.squared
            left >>= 1
        }
    }

    fileprivate static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
    }
}

private struct AffineMap {
    var images: [UInt32]
    var zero: UInt32

    init(byte: UInt8) {
        func step(_ state: UInt32) -> UInt32 {
            CRC32.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
        }
        let atZero = step(0)
        zero = atZero
        images = (0..<32).map { step(1 << UInt32($0)) ^ atZero }
    }

    func callAsFunction(_ state: UInt32) -> UInt32 { linear(state) ^ zero }

    private func linear(_ state: UInt32) -> UInt32 {
        (0..<32).reduce(0) { $0 ^ (state >> UInt32($1) & 1 == 1 ? images[$1] : 0) }
    }

    var squared: AffineMap {
        var square = self
        square.images = images.map(linear)
        square.zero = linear(zero) ^ zero
        return square
    }
}
