/// Writes numbers as JSON text into memory of the caller, who provides room.
@usableFromInline
package enum NumberText {
    /// Bytes that a number of each kind may touch; its text is often shorter.
    @usableFromInline package static let integerWidth = 24
    @usableFromInline package static let floatWidth = 26

    /// - Returns: How many bytes were written.
    @inlinable @inline(__always)
    package static func write(_ value: some FixedWidthInteger, to target: UnsafeMutablePointer<UInt8>) -> Int {
        target[0] = UInt8(ascii: "-")
        let sign = value < 0 ? 1 : 0
        return sign &+ write(digits: UInt64(value.magnitude), to: target + sign)
    }

    /// The shortest spelling that reads back as the same value, as Swift's `description` has it; it must be finite.
    ///
    /// - Returns: How many bytes were written.
    @usableFromInline
    package static func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
        target[0] = UInt8(ascii: "-")
        let sign = Int(value.bitPattern >> 31)
        let magnitude = value.magnitude
        // Up to here every integer has its own number; beyond, digits of an integer would pretend to be exact.
        let isLarge = magnitude > 0x1p24
        if !isLarge, case let integer = Int64(magnitude), Float(integer) == magnitude {
            return sign &+ write(whole: UInt64(integer), to: target + sign)
        }
        let decimal = ShortestDecimal(value)
        let (first, rest) = decimal.digits.quotientAndRemainder(dividingBy: 100_000_000)
        let text = DigitText(first, eightDigits(rest))
        return sign &+ write(text, point: text.point + decimal.exponent, isLarge: isLarge, to: target + sign)
    }

    /// - Returns: How many bytes were written.
    @usableFromInline
    package static func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
        target[0] = UInt8(ascii: "-")
        let sign = Int(value.bitPattern >> 63)
        let magnitude = value.magnitude
        let isLarge = magnitude > 0x1p53
        if !isLarge, case let integer = Int64(magnitude), Double(integer) == magnitude {
            return sign &+ write(whole: UInt64(integer), to: target + sign)
        }
        let decimal = ShortestDecimal(value)
        let (head, last) = decimal.digits.quotientAndRemainder(dividingBy: 10)
        let (high, low) = head.quotientAndRemainder(dividingBy: 100_000_000)
        let text = DigitText(sixteen: UInt128(eightDigits(high)) | UInt128(eightDigits(low)) &<< 64, last: last)
        return sign &+ write(text, point: text.point + decimal.exponent, isLarge: isLarge, to: target + sign)
    }

    @inline(__always)
    private static func write(whole: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let count = write(digits: whole, to: target)
        target[count] = UInt8(ascii: ".")
        target[count &+ 1] = UInt8(ascii: "0")
        return count &+ 2
    }

    /// - Parameter point: Where the point stands, counted from before the first digit.
    @inline(__always)
    private static func write(
        _ text: DigitText, point: Int, isLarge: Bool, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        if point < -3 || isLarge { return writeScientific(text, exponent: point &- 1, to: target) }
        if point <= 0 {
            // "0." and up to three zeros.
            UnsafeMutableRawPointer(target).storeBytes(of: 0x30_3030_3030_2E30, as: UInt64.self)
            text.store(at: target + (2 &- point))
            return 2 &- point &+ text.count
        }
        text.store(at: target)
        if point < text.count {
            target[point] = UInt8(ascii: ".")
            text.dropFirst(point).store(at: target + point + 1)
            return text.count &+ 1
        }
        for index in text.count..<point { target[index] = UInt8(ascii: "0") }
        target[point] = UInt8(ascii: ".")
        target[point + 1] = UInt8(ascii: "0")
        return point + 2
    }

    private static func writeScientific(
        _ text: DigitText, exponent: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        text.store(at: target)
        var length = 1
        if text.count > 1 {
            target[1] = UInt8(ascii: ".")
            text.dropFirst(1).store(at: target + 2)
            length = text.count + 1
        }
        target[length] = UInt8(ascii: "e")
        target[length + 1] = exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        length += 2
        // At least two digits.
        if exponent.magnitude < 10 {
            target[length] = UInt8(ascii: "0")
            length += 1
        }
        return length + write(digits: UInt64(exponent.magnitude), to: target + length)
    }

    // MARK: Digits

    /// A number below 10^8 as eight digits of one byte each, the first in the lowest byte.
    @inlinable @inline(__always)
    static func eightDigits(_ value: UInt64) -> UInt64 {
        // Halves it three times: into fours, pairs and single digits, all parts of a step at once. The products are
        // division by 10,000, 100 and 10 for numbers of that size.
        let high = (value &* 109_951_163) >> 40
        let fours = high | (value &- high &* 10_000) << 32
        let hundreds = (fours &* 10_486) >> 20 & 0x7F_0000_007F
        let pairs = hundreds | (fours &- hundreds &* 100) << 16
        let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (pairs &- tens &* 10) << 8
    }

    @inlinable
    static var ascii: UInt64 { 0x3030_3030_3030_3030 }

    @inlinable @inline(__always)
    static func write(digits value: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let target = UnsafeMutableRawPointer(target)
        guard value >= 100_000_000 else {
            let digits = eightDigits(value)
            // Of 0 the last zero stays.
            let zeros = min(digits.trailingZeroBitCount >> 3, 7)
            target.storeBytes(of: (digits | ascii) >> UInt64(zeros << 3), as: UInt64.self)
            return 8 &- zeros
        }
        return writeLong(value, to: target)
    }

    @usableFromInline
    static func writeLong(_ value: UInt64, to target: UnsafeMutableRawPointer) -> Int {
        let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
        let count = write(digits: high, to: target.assumingMemoryBound(to: UInt8.self))
        target.storeBytes(of: eightDigits(low) | ascii, toByteOffset: count, as: UInt64.self)
        return count + 8
    }
}

/// Up to 17 digits in registers, without zeros at either end.
private struct DigitText {
    /// The first sixteen digits, one a byte, the first in the lowest.
    private let bytes: UInt128
    private let last: UInt64
    let count: Int
    /// Where the point of the whole number stands, counted from before the first digit.
    let point: Int

    /// A digit and eight more, zeros in front among them.
    @inline(__always)
    init(_ first: UInt64, _ rest: UInt64) {
        guard rest & 0xFF != 0 || first != 0, rest != 0 else {
            let bytes = UInt128(first) | UInt128(rest) &<< 8
            let zeros = bytes.trailingZeroBitCount &>> 3
            self.init(bytes: bytes &>> UInt128(zeros &<< 3), point: 9 &- zeros)
            return
        }
        // Eight digits or nine, as most numbers have: without a branch, because which of them looks random.
        let has = first == 0 ? 0 : 1 as UInt64
        let low = first == 0 ? rest : first | rest &<< 8
        let high = (rest &>> 56) &* has
        let point = 8 &+ Int(has)
        self.init(
            bytes: UInt128(low) | UInt128(high) &<< 64, last: 0, count: point &- rest.leadingZeroBitCount &>> 3,
            point: point)
    }

    /// Sixteen digits and one more, zeros in front among them.
    @inline(__always)
    init(sixteen bytes: UInt128, last: UInt64) {
        let zeros = bytes.trailingZeroBitCount &>> 3
        guard zeros > 0 || last == 0 else {
            self.init(bytes: bytes, last: last, count: 17, point: 17)
            return
        }
        // Shifts that may be by all 128 bits.
        self.init(
            bytes: bytes >> UInt128(zeros &<< 3) | UInt128(last) << UInt128(128 &- zeros &<< 3), point: 17 &- zeros)
    }

    @inline(__always)
    private init(bytes: UInt128, point: Int) {
        self.init(bytes: bytes, last: 0, count: 16 &- bytes.leadingZeroBitCount &>> 3, point: point)
    }

    @inline(__always)
    private init(bytes: UInt128, last: UInt64, count: Int, point: Int) {
        self.bytes = bytes
        self.last = last
        self.count = count
        self.point = point
    }

    /// Without the first digits, fewer than there are.
    @inline(__always)
    func dropFirst(_ dropped: Int) -> DigitText {
        guard last == 0 else {
            return DigitText(
                bytes: bytes >> UInt128(dropped &<< 3) | UInt128(last) << UInt128(128 &- dropped &<< 3), point: 0)
        }
        return DigitText(bytes: bytes &>> UInt128(dropped &<< 3), point: 0)
    }

    /// Writes the digits and what is left of seventeen bytes.
    @inline(__always)
    func store(at target: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(target).storeBytes(
            of: bytes | 0x3030_3030_3030_3030_3030_3030_3030_3030, as: UInt128.self)
        target[16] = UInt8(truncatingIfNeeded: last) | 0x30
    }
}
