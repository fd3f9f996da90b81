import Synchronization

/// Identifiers for traces, spans and requests: unique, well spread, and without a system call each.
package enum Identifiers {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// The next identifier, never zero: SplitMix64 (Steele, Lea, Flood 2014) over a counter from a random start.
    package static func next() -> UInt64 {
        let (_, index) = count.wrappingAdd(1, ordering: .relaxed)
        var mixed = seed &+ index &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }

    /// A request identifier of 16 hexadecimal digits.
    package static func requestID() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.appendHex(next())
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends 16 lower-case hexadecimal digits.
    mutating func appendHex(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
            append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }
}
