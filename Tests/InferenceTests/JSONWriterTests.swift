import JSONText
import NIOCore
import Testing

/// Numbers as text, held against Swift's own spelling of them.
@Suite struct JSONWriterTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        // SplitMix64 (G. L. Steele and others, 2014).
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private var random = Random(state: 20_261_126)

    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(buffer: json.buffer)
    }

    private func expect(_ values: [Float]) {
        let written = text { json in values.withUnsafeBufferPointer { json.numbers($0) } }
        let expected = "[" + values.map(\.description).joined(separator: ",") + "]"
        #expect(written == expected, "\(firstDifference(written, expected))")
    }

    private func expect(_ values: [Double]) {
        let written = text { json in values.withUnsafeBufferPointer { json.numbers($0) } }
        let expected = "[" + values.map(\.description).joined(separator: ",") + "]"
        #expect(written == expected, "\(firstDifference(written, expected))")
    }

    private func firstDifference(_ left: String, _ right: String) -> String {
        zip(left.split(separator: ","), right.split(separator: ",")).first { $0 != $1 }.map { "\($0.0) is not \($0.1)" }
            ?? ""
    }

    @Test mutating func floatsOfEveryExponentAreShortest() {
        var values: [Float] = []
        for exponent in UInt32(0)..<255 {
            let fractions: [UInt32] = [0, 1, 2, 0x40_0000, 0x7F_FFFF, UInt32.random(in: 0..<(1 << 23), using: &random)]
            for fraction in fractions {
                values.append(Float(bitPattern: exponent << 23 | fraction))
                values.append(-Float(bitPattern: exponent << 23 | fraction))
            }
        }
        for _ in 0..<100_000 {
            let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
            if value.isFinite { values.append(value) }
        }
        for index in 0..<20_000 { values += [Float(index) / 1000, Float(index) * 1024, Float(index) / 65536] }
        expect(values)
    }

    @Test mutating func doublesOfEveryExponentAreShortest() {
        var values: [Double] = []
        for exponent in UInt64(0)..<2047 {
            let fractions: [UInt64] = [
                0, 1, 2, 1 << 51, (1 << 52) - 1, UInt64.random(in: 0..<(1 << 52), using: &random),
            ]
            for fraction in fractions {
                values.append(Double(bitPattern: exponent << 52 | fraction))
            }
        }
        for _ in 0..<100_000 {
            let value = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
            if value.isFinite { values.append(value) }
        }
        // Sixteen digits before the point, and one behind.
        for _ in 0..<10_000 { values.append(Double.random(in: 1e15..<9e15, using: &random)) }
        for index in 0..<20_000 { values += [Double(index) / 1000, -Double(index) / 7, Double(index) * 1e11] }
        expect(values)
    }

    @Test mutating func integersAreExact() {
        var values: [Int] = [0, 1, -1, 9, 10, 99, 100, 99_999_999, 100_000_000, .max, .min]
        for _ in 0..<20_000 {
            let bits = Int.random(in: 0..<64, using: &random)
            values.append(Int(truncatingIfNeeded: random.next()) >> bits)
        }
        let written = text { json in values.withUnsafeBufferPointer { json.numbers($0) } }
        #expect(written == "[" + values.map(String.init).joined(separator: ",") + "]")
        let unsigned: [UInt64] = [0, .max, 10_000_000_000_000_000]
        #expect(
            text { json in unsigned.withUnsafeBufferPointer { json.numbers($0) } }
                == "[0,18446744073709551615,10000000000000000]")
        let none: [Int8] = []
        let small: [Int8] = [.min, .max]
        #expect(text { json in none.withUnsafeBufferPointer { json.numbers($0) } } == "[]")
        #expect(text { json in small.withUnsafeBufferPointer { json.numbers($0) } } == "[-128,127]")
    }

    /// Literals that are copied by doubling, and arrays written in several parts.
    @Test func repeatedLiteralsAndLongArraysHaveTheirCommas() {
        for count in [0, 1, 2, 3, 7, 64, 1000] {
            let expected = "[" + Array(repeating: "null", count: count).joined(separator: ",") + "]"
            #expect(
                text { json in
                    json.raw("[")
                    json.raw("null", repeated: count)
                    json.raw("]")
                } == expected)
            #expect(text { $0.array(count: count, width: 4) { room, _ in room.raw("null") } } == expected)
        }
    }

    @Test func stringsAreEscapedWhereTheyMust() {
        #expect(text { $0.string("plain ünïcode 漢") } == "\"plain ünïcode 漢\"")
        #expect(text { $0.string("a\"b\\c\nd\u{1}e\u{1F}") } == #""a\"b\\c\nd\u0001e\u001f""#)
        #expect(text { $0.string("") } == "\"\"")
        #expect(text { $0.string("x\"y".dropFirst()) } == #""\"y""#)
        #expect(
            text {
                $0.float(-0.1); $0.raw(","); $0.integer(Int64.min); $0.raw(","); $0.bool(true)
            } == "-0.1,-9223372036854775808,true")
    }
}
