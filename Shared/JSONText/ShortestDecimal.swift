/// The shortest decimal that reads back as the same binary number, and of several the nearest: ±`digits` · 10^`exponent`.
///
/// The method is Schubfach: R. Giulietti, "The Schubfach way to render doubles", 2020. Its proof covers both types with the
/// widths used here. `digits` may end in zeros; it has at most 9 digits of a `Float`, 17 of a `Double`.
struct ShortestDecimal {
    let digits: UInt64
    let exponent: Int

    /// A number that is finite and not 0; the sign is dropped.
    @inline(__always)
    init(_ value: Float) {
        let bits = value.bitPattern & 0x7FFF_FFFF
        let field = Int(bits >> 23)
        let fraction = UInt64(bits & 0x7F_FFFF)
        let c = field == 0 ? fraction : fraction | 1 << 23
        let q = max(field, 1) - 150
        let isRegular = fraction != 0 || field <= 1
        let k = Self.exponent(q, isRegular)
        let h = q + Self.floorLog2PowerOf10(-k) + 33
        let g = PowersOfTen126.high(-k) + 1
        @inline(__always) func scaled(_ c: UInt64) -> UInt64 {
            let product = (c << UInt64(h)).multipliedFullWidth(by: g).high
            return product >> 31 | (product & 0x7FFF_FFFF == 0 ? 0 : 1)
        }
        self.init(c, isRegular, k, scaled)
    }

    /// A number that is finite and not 0; the sign is dropped.
    @inline(__always)
    init(_ value: Double) {
        let bits = value.bitPattern & 0x7FFF_FFFF_FFFF_FFFF
        let field = Int(bits >> 52)
        let fraction = bits & 0xF_FFFF_FFFF_FFFF
        let c = field == 0 ? fraction : fraction | 1 << 52
        let q = max(field, 1) - 1075
        let isRegular = fraction != 0 || field <= 1
        let k = Self.exponent(q, isRegular)
        let h = q + Self.floorLog2PowerOf10(-k) + 2
        let (g1, g0) = PowersOfTen126.both(-k)
        @inline(__always) func scaled(_ c: UInt64) -> UInt64 {
            let c = c << UInt64(h)
            let low = c.multipliedFullWidth(by: g0).high
            let (high, middle) = c.multipliedFullWidth(by: g1)
            let sum = (middle >> 1) + low
            let whole = high + (sum >> 63)
            return whole | (sum & 0x7FFF_FFFF_FFFF_FFFF == 0 ? 0 : 1)
        }
        self.init(c, isRegular, k, scaled)
    }

    /// Picks from the decimals around c · 2^q; `scaled` gives 4 · c · 2^q · 10^−k, its last bit set where digits were lost.
    @inline(__always)
    private init(_ c: UInt64, _ isRegular: Bool, _ k: Int, _ scaled: (UInt64) -> UInt64) {
        exponent = k
        let odd = c & 1
        let value = scaled(4 * c)
        let lower = scaled(4 * c - (isRegular ? 2 : 1)) + odd
        let upper = scaled(4 * c + 2)
        // All is computed and then chosen: which it is looks random to a processor, and a wrong guess costs more.
        let s = value >> 2
        let isIn = lower <= s &<< 2
        let isNextIn = (s &+ 1) &<< 2 &+ odd <= upper
        // Up to the middle, where an even one wins, and beyond it.
        let nearest = s &+ (value &+ (s & 1) > s &<< 2 &+ 2 ? 1 : 0)
        let long = isIn == isNextIn ? nearest : s &+ (isIn ? 0 : 1)
        // One digit less, if that is still within the interval that reads back as the number.
        let short = s / 10 &* 10
        let isShortIn = lower <= short &<< 2
        let isShortNextIn = (short &+ 10) &<< 2 &+ odd <= upper
        let shorter = short &+ (isShortIn ? 0 : 10)
        digits = isShortIn == isShortNextIn || s < 10 ? long : shorter
    }

    /// ⌊log₁₀ 2^q⌋, or ⌊log₁₀ ¾·2^q⌋ where the gap below the number is half the gap above.
    @inline(__always)
    private static func exponent(_ q: Int, _ isRegular: Bool) -> Int {
        // log₁₀ 2 and log₁₀ ¾ in units of 2^−41; right for every q of a double.
        (q * 661_971_961_083 + (isRegular ? 0 : -274_743_187_321)) >> 41
    }

    /// ⌊log₂ 10^e⌋.
    @inline(__always)
    private static func floorLog2PowerOf10(_ e: Int) -> Int {
        // log₂ 10 in units of 2^−38.
        (e * 913_124_641_741) >> 38
    }
}

/// ⌊10^e · 2^r⌋ + 1 with r such that it has 126 bits, in two halves of 63, for every e that a double needs.
private enum PowersOfTen126 {
    private static let range = -292...324

    /// Highs and lows in turn; made once and never freed, so that reading it is one load.
    ///
    /// Unsafe in name only: a static's initialiser runs once before its first reader sees it, and nothing writes after.
    nonisolated(unsafe) private static let table: UnsafePointer<UInt64> = {
        let table = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * range.count)
        func set(_ e: Int, _ number: WideInteger) {
            let (high, low) = number.top126
            (table + 2 * (e - range.lowerBound)).initialize(to: high)
            (table + 2 * (e - range.lowerBound) + 1).initialize(to: low)
        }
        // Powers above 1 by multiplication; those below by dividing 2^1280, whose quotients by 10 stay exact floors.
        var power = WideInteger(bit: 0)
        for e in 0...range.upperBound {
            set(e, power)
            power.multiply(by: 10)
        }
        var quotient = WideInteger(bit: 1280)
        for e in 1...(-range.lowerBound) {
            quotient.divide(by: 10)
            set(-e, quotient)
        }
        return UnsafePointer(table)
    }()

    /// - Parameter e: Within `range`, which the exponents of a double cannot leave.
    @inline(__always)
    static func high(_ e: Int) -> UInt64 { table[2 * (e &- range.lowerBound)] }

    @inline(__always)
    static func both(_ e: Int) -> (UInt64, UInt64) {
        let entry = table + 2 * (e &- range.lowerBound)
        return (entry[0], entry[1])
    }
}

/// A natural number of up to 1,312 bits, for making a table.
private struct WideInteger {
    /// Least first.
    private var limbs: [UInt32]

    /// 2^`bit`.
    init(bit: Int) {
        limbs = [UInt32](repeating: 0, count: 41)
        limbs[bit / 32] = 1 << UInt32(bit % 32)
    }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            carry += UInt64(limbs[index]) * UInt64(factor)
            limbs[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
    }

    mutating func divide(by divisor: UInt32) {
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            remainder = remainder << 32 | UInt64(limbs[index])
            limbs[index] = UInt32(remainder / UInt64(divisor))
            remainder %= UInt64(divisor)
        }
    }

    /// The first 126 bits, plus 1, as two halves of 63.
    var top126: (high: UInt64, low: UInt64) {
        let highest = limbs.lastIndex { $0 != 0 } ?? 0
        let length = highest * 32 + 32 - limbs[highest].leadingZeroBitCount
        var value: UInt128 = 0
        for bit in 0..<126 {
            let position = length - 1 - bit
            value <<= 1
            if position >= 0, limbs[position / 32] >> UInt32(position % 32) & 1 == 1 { value |= 1 }
        }
        value += 1
        return (UInt64(value >> 63), UInt64(value & 0x7FFF_FFFF_FFFF_FFFF))
    }
}
