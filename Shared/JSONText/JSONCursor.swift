/// Why some bytes are not the JSON that was asked for.
@usableFromInline
package struct JSONError: Error, Equatable, Sendable {
    package var message: String
    /// Distance from the first byte.
    package var offset: Int
}

/// A forward reader of JSON (RFC 8259) over memory that outlives it.
///
/// Strict: no comments, no trailing commas, no lone surrogates, no repeated keys, and no NaN or Infinity unless they are
/// allowed (Python's `json` writes and reads them). Containers nest at most `depthLimit` deep.
///
/// What runs for every token and number of a tensor is inlinable: a call into another module for each costs more than the
/// work.
@usableFromInline
package struct JSONCursor {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline package internal(set) var position: Int
    @usableFromInline var depth = 0

    private static let depthLimit = 64

    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers.
    package let allowsNonFinite: Bool

    package init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, allowsNonFinite: Bool = false) {
        self.bytes = bytes
        self.position = position
        self.allowsNonFinite = allowsNonFinite
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.count - position }

    @usableFromInline
    package func error(_ message: String) -> JSONError {
        JSONError(message: message, offset: position)
    }

    // MARK: Tokens

    /// The next byte that is not white space, without taking it; 0 at the end.
    @inlinable @inline(__always)
    package mutating func peek() -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == UInt8(ascii: " ") || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return 0
    }

    @inlinable @inline(__always)
    package mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        // At the end `peek` answers 0, which no token starts with.
        position += 1
        return true
    }

    @inlinable @inline(__always)
    package mutating func expect(_ byte: UInt8, _ what: String) throws(JSONError) {
        guard take(byte) else { throw error("expected \(what)") }
    }

    /// Refuses anything but white space up to the end.
    package mutating func expectEnd() throws(JSONError) {
        _ = peek()
        guard position == bytes.count else { throw error("expected the end") }
    }

    private mutating func take(literal: StaticString) throws(JSONError) {
        let expected = UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        guard remaining >= expected.count,
            expected.elementsEqual(bytes[position..<position + expected.count])
        else { throw error("expected a value") }
        position += expected.count
    }

    package mutating func readBool() throws(JSONError) -> Bool {
        switch peek() {
        case UInt8(ascii: "t"):
            try take(literal: "true")
            return true
        case UInt8(ascii: "f"):
            try take(literal: "false")
            return false
        default:
            throw error("expected true or false")
        }
    }

    package mutating func readNull() throws(JSONError) {
        try take(literal: "null")
    }

    /// `NaN`, `Infinity` or `-Infinity` where one stands here and is allowed.
    package mutating func readNonFinite() throws(JSONError) -> Double? {
        guard allowsNonFinite else { return nil }
        switch peek() {
        case UInt8(ascii: "N"):
            try take(literal: "NaN")
            return .nan
        case UInt8(ascii: "I"):
            try take(literal: "Infinity")
            return .infinity
        case UInt8(ascii: "-") where remaining > 1 && bytes[position + 1] == UInt8(ascii: "I"):
            try take(literal: "-Infinity")
            return -.infinity
        default:
            return nil
        }
    }

    // MARK: Containers

    /// Calls `member` with the cursor at each member's value.
    package mutating func readObject(_ member: (inout JSONCursor, String) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "{"), "an object")
        try enter()
        defer { depth -= 1 }
        guard !take(UInt8(ascii: "}")) else { return }
        var keys = KeySet()
        repeat {
            let key = try readString()
            guard keys.insert(key) else { throw error("the key '\(key)' occurs twice") }
            try expect(UInt8(ascii: ":"), "':'")
            try member(&self, key)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"), "',' or '}'")
    }

    /// Calls `element` with the cursor at each element.
    @inlinable @inline(__always)
    package mutating func readArray(_ element: (inout JSONCursor) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "["), "an array")
        try enter()
        defer { depth -= 1 }
        guard !take(UInt8(ascii: "]")) else { return }
        repeat {
            try element(&self)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), "',' or ']'")
    }

    @usableFromInline
    mutating func enter() throws(JSONError) {
        guard depth < Self.depthLimit else { throw error("nested deeper than \(Self.depthLimit)") }
        depth += 1
    }

    /// Passes over one value, checking its grammar.
    package mutating func skipValue() throws(JSONError) {
        switch peek() {
        case UInt8(ascii: "{"): try readObject { (cursor, _) throws(JSONError) in try cursor.skipValue() }
        case UInt8(ascii: "["): try readArray { (cursor) throws(JSONError) in try cursor.skipValue() }
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try readBool()
        case UInt8(ascii: "n"): try readNull()
        default: if try readNonFinite() == nil { _ = try readNumber() }
        }
    }

    // MARK: Strings

    package mutating func readString() throws(JSONError) -> String {
        try expect(UInt8(ascii: "\""), "a string")
        let start = position
        var all: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            all |= byte
            switch byte {
            case UInt8(ascii: "\""):
                let range = start..<position
                // ASCII needs no look for what is not UTF-8, which costs more than the rest of a key.
                let text = all < 0x80 ? String(decoding: bytes[range], as: UTF8.self) : try utf8(range)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                return try readEscapedString(from: start)
            case 0..<0x20:
                throw error("a control character in a string must be escaped")
            default:
                position += 1
            }
        }
        throw error("a string does not end")
    }

    private func utf8(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw JSONError(message: "a string is not UTF-8", offset: range.lowerBound)
        }
        return text
    }

    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var text = try utf8(start..<position)
        var chunk = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                text += try utf8(chunk..<position)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text += try utf8(chunk..<position)
                text.unicodeScalars.append(try readEscape())
                chunk = position
            case 0..<0x20:
                throw error("a control character in a string must be escaped")
            default:
                position += 1
            }
        }
        throw error("a string does not end")
    }

    private mutating func readEscape() throws(JSONError) -> Unicode.Scalar {
        guard remaining >= 2 else { throw error("a string does not end") }
        let letter = bytes[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape()
        default: throw error("unknown escape in a string")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try readHexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, remaining >= 6, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw error("a string holds a lone surrogate") }
        position += 2
        let second = try readHexadecimal()
        guard 0xDC00...0xDFFF ~= second else { throw error("a string holds a lone surrogate") }
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10 | (second - 0xDC00)))!
    }

    private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
        guard remaining >= 4 else { throw error("a string does not end") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    // MARK: Numbers

    /// Reads a number without deciding what type it becomes.
    @inlinable @inline(__always)
    package mutating func readNumber() throws(JSONError) -> JSONNumber {
        _ = peek()
        return if let number = readShortNumber() { number } else { try readAnyNumber() }
    }

    /// A number without exponent and of few digits, read eight digits at a time; nil, with nothing taken, for any other,
    /// for what is none, and close to the end of the text.
    @inlinable @inline(__always)
    mutating func readShortNumber() -> JSONNumber? {
        guard let base = bytes.baseAddress else { return nil }
        let last = bytes.count - DigitWord.size
        var number = JSONNumber()
        var cursor = position
        guard cursor < last else { return nil }
        number.isNegative = base.load(fromByteOffset: cursor, as: UInt8.self) == UInt8(ascii: "-")
        if number.isNegative { cursor += 1 }

        let integer = DigitWord(base + cursor)
        // Eight digits or more are left to the careful way, as are a number without digits and a superfluous zero.
        guard integer.count > 0, integer.count < DigitWord.size,
            integer.count == 1 || base.load(fromByteOffset: cursor, as: UInt8.self) != UInt8(ascii: "0")
        else { return nil }
        number.significand = integer.value
        cursor += integer.count

        if base.load(fromByteOffset: cursor, as: UInt8.self) == UInt8(ascii: ".") {
            number.isInteger = false
            cursor += 1
            var fraction: DigitWord
            repeat {
                guard cursor <= last, number.exponent >= -2 * DigitWord.size else { return nil }
                fraction = DigitWord(base + cursor)
                number.significand = number.significand &* fraction.scale &+ fraction.value
                number.exponent -= fraction.count
                cursor += fraction.count
            } while fraction.count == DigitWord.size
            // 10^19 − 1 fits 64 bits.
            guard number.exponent < 0, integer.count - number.exponent <= 19 else { return nil }
        }
        guard base.load(fromByteOffset: cursor, as: UInt8.self) | 0x20 != UInt8(ascii: "e") else { return nil }
        number.text = position..<cursor
        position = cursor
        return number
    }

    @usableFromInline
    mutating func readAnyNumber() throws(JSONError) -> JSONNumber {
        let start = position
        var cursor = position
        var number = JSONNumber()
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "-") {
            number.isNegative = true
            cursor += 1
        }
        let integer = cursor
        while cursor < bytes.count, case let digit = bytes[cursor] &- UInt8(ascii: "0"), digit < 10 {
            if !number.append(digit) { number.exponent += 1 }
            cursor += 1
        }
        guard cursor > integer else { throw error("expected a value") }
        guard cursor == integer + 1 || bytes[integer] != UInt8(ascii: "0") else {
            throw error("a number starts with a superfluous 0")
        }
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: ".") {
            number.isInteger = false
            cursor += 1
            let fraction = cursor
            while cursor < bytes.count, case let digit = bytes[cursor] &- UInt8(ascii: "0"), digit < 10 {
                if number.append(digit) { number.exponent -= 1 }
                cursor += 1
            }
            guard cursor > fraction else { throw error("a number ends after its point") }
        }
        if cursor < bytes.count, bytes[cursor] | 0x20 == UInt8(ascii: "e") {
            number.isInteger = false
            cursor += 1
            try readExponent(&cursor, of: &number)
        }
        number.text = start..<cursor
        position = cursor
        return number
    }

    @usableFromInline
    func readExponent(_ cursor: inout Int, of number: inout JSONNumber) throws(JSONError) {
        var isNegative = false
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "+") || bytes[cursor] == UInt8(ascii: "-") {
            isNegative = bytes[cursor] == UInt8(ascii: "-")
            cursor += 1
        }
        let start = cursor
        var exponent = 0
        while cursor < bytes.count, case let digit = bytes[cursor] &- UInt8(ascii: "0"), digit < 10 {
            // Beyond this every number is zero or infinite; the bound keeps the sum from overflowing.
            if exponent < 1_000_000 { exponent = exponent * 10 + Int(digit) }
            cursor += 1
        }
        guard cursor > start else { throw error("a number ends after its exponent sign") }
        number.exponent += isNegative ? -exponent : exponent
    }

    /// The spelling of a number that this cursor read.
    package func text(of number: JSONNumber) -> String {
        String(decoding: bytes[number.text], as: UTF8.self)
    }
}

/// The keys of an object so far: few are compared one by one, which is faster than hashing them.
private struct KeySet {
    private var few: [String] = []
    private var many: Set<String> = []

    /// False when the key is there already.
    mutating func insert(_ key: String) -> Bool {
        guard few.count == 16 else {
            if few.contains(key) { return false }
            few.append(key)
            return true
        }
        return !few.contains(key) && many.insert(key).inserted
    }
}
