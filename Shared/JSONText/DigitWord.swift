/// The decimal digits that eight bytes of text start with, read at once.
@usableFromInline
struct DigitWord {
    /// Bytes.
    @inlinable static var size: Int { 8 }

    /// How many of the bytes are digits, up to the first that is none.
    @usableFromInline let count: Int
    /// What these digits say.
    @usableFromInline let value: UInt64

    /// - Parameter text: At least eight bytes.
    @inlinable @inline(__always)
    init(_ text: UnsafeRawPointer) {
        let digits = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
        // The highest bit of each byte that is above 9.
        let others = ((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        count = others.trailingZeroBitCount / 8
        // The text's first byte is the lowest: moved up, what is no digit falls out and zeros lead.
        var word = count == 0 ? 0 : digits &<< UInt64(64 - 8 * count)
        // Pairs, then fours, then eight.
        word = word &* 10 &+ word &>> 8
        value =
            ((word & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
                &+ (word &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001) &>> 32
    }

    /// 10 to the power of `count`.
    @inlinable @inline(__always)
    var scale: UInt64 {
        switch count {
        case 1: 10
        case 2: 100
        case 3: 1000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        default: 1
        }
    }
}
