/// A number as spelt: ±`significand` · 10^`exponent`, and where it stands.
@usableFromInline
package struct JSONNumber {
    @usableFromInline package var isNegative = false
    /// Without fraction and exponent.
    @usableFromInline package var isInteger = true
    @usableFromInline package var significand: UInt64 = 0
    @usableFromInline package var exponent = 0
    /// More digits than `significand` can hold were dropped.
    @usableFromInline package internal(set) var isTruncated = false
    @usableFromInline package var text: Range<Int> = 0..<0

    @inlinable init() {}

    /// Adds a digit; false when it did not fit and was dropped.
    @inlinable @inline(__always)
    package mutating func append(_ digit: UInt8) -> Bool {
        // 10^18 − 1 has room for one more digit whatever it is.
        if significand < 1_000_000_000_000_000_000 {
            significand = significand &* 10 &+ UInt64(digit)
            return true
        }
        return appendCarefully(digit)
    }

    @usableFromInline
    mutating func appendCarefully(_ digit: UInt8) -> Bool {
        if !isTruncated, case (let product, false) = significand.multipliedReportingOverflow(by: 10),
            case (let sum, false) = product.addingReportingOverflow(UInt64(digit))
        {
            significand = sum
            return true
        }
        isTruncated = true
        return false
    }

    /// The number as an integer of that type, if it is one and fits.
    ///
    /// A fraction or exponent is not an integer.
    @inlinable @inline(__always)
    package func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
        guard isInteger, !isTruncated else { return nil }
        guard isNegative else { return Integer(exactly: significand) }
        guard significand <= UInt64(Int64.max) else {
            return significand == UInt64(Int64.max) + 1 ? Integer(exactly: Int64.min) : nil
        }
        return Integer(exactly: -Int64(significand))
    }

    /// The nearest `Float`, by a path without text; nil where only `text` decides.
    ///
    /// A significand and a power of ten that `Double` holds exactly give its nearest value with one rounding (W. D. Clinger,
    /// "How to read floating point numbers accurately", 1990); larger ones do so with the 64-bit significand of x86's extended
    /// type. A second rounding to fewer bits agrees with a single one unless the first ended exactly between two neighbours.
    @inlinable @inline(__always)
    package var fastFloat: Float? {
        guard !isTruncated, let magnitude = Self.float(significand, exponent) else { return nil }
        return isNegative ? -magnitude : magnitude
    }

    /// The nearest `Double`; see `fastFloat`.
    @inlinable @inline(__always)
    package var fastDouble: Double? {
        guard !isTruncated, let magnitude = Self.double(significand, exponent) else { return nil }
        return isNegative ? -magnitude : magnitude
    }

    // Called with what fits registers, so that a number that is read need never be put into memory.

    @usableFromInline
    static func float(_ significand: UInt64, _ exponent: Int) -> Float? {
        // Neither too small nor too large for a normal number of either type.
        if significand <= 1 << 53, -22...22 ~= exponent {
            let value = nearest(significand, exponent)
            return value.significandBitPattern & 0x1FFF_FFFF == 0x1000_0000 ? nil : Float(value)
        }
        #if arch(x86_64)
        guard significand != 0, let extended = extended(significand, exponent),
            extended.significandBitPattern & 0xFF_FFFF_FFFF != 0x80_0000_0000
        else { return nil }
        return Float(extended)
        #else
        return nil
        #endif
    }

    @usableFromInline
    static func double(_ significand: UInt64, _ exponent: Int) -> Double? {
        if significand <= 1 << 53, -22...22 ~= exponent { return nearest(significand, exponent) }
        #if arch(x86_64)
        guard significand != 0, let extended = extended(significand, exponent),
            extended.significandBitPattern & 0x7FF != 0x400
        else { return nil }
        return Double(extended)
        #else
        return nil
        #endif
    }

    /// The nearest `Double` of a significand and a power of ten that it holds exactly.
    @inline(__always)
    private static func nearest(_ significand: UInt64, _ exponent: Int) -> Double {
        let value = Double(significand)
        return exponent < 0 ? value / PowersOfTen.doubles[-exponent] : value * PowersOfTen.doubles[exponent]
    }

    #if arch(x86_64)
    /// The magnitude, correctly rounded to 64 bits; 10^27 is the largest power of ten that is exact there.
    @inline(__always)
    private static func extended(_ significand: UInt64, _ exponent: Int) -> Float80? {
        guard -27...27 ~= exponent else { return nil }
        return exponent < 0
            ? Float80(significand) / PowersOfTen.extended[-exponent]
            : Float80(significand) * PowersOfTen.extended[exponent]
    }
    #endif
}

/// Powers of ten that are exact in their type.
private enum PowersOfTen {
    static let doubles: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    #if arch(x86_64)
    static let extended: [Float80] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
        1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27,
    ]
    #endif
}
