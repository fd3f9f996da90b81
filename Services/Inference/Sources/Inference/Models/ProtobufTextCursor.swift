import JSONText

/// Reads the words of protobuf's text format, past blanks and comments.
struct ProtobufTextCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether nothing but blanks and comments is left.
    var isAtEnd: Bool {
        var rest = self
        rest.skipBlanks()
        return rest.position == bytes.count
    }

    func error(_ reason: String) -> InferenceError {
        let line = 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
        return InferenceError(.invalidModel, "not valid protobuf text: \(reason) in line \(line)")
    }

    /// Takes a sign if it comes next.
    mutating func take(_ sign: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == sign else { return false }
        position += 1
        return true
    }

    /// Takes a field's name if one comes next.
    mutating func name() -> String? {
        skipBlanks()
        guard position < bytes.count, Self.isLetter(bytes[position]) else { return nil }
        return word()
    }

    /// Takes a string, a number, a boolean or the name of an enumerated value.
    mutating func scalar() throws(InferenceError) -> JSONValue {
        skipBlanks()
        guard position < bytes.count else { throw error("expected a value") }
        if bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") {
            return .string(try strings())
        }
        let isNegative = take(UInt8(ascii: "-"))
        skipBlanks()
        let text = word()
        guard let first = text.utf8.first else { throw error("expected a value") }
        if Self.isLetter(first), !isNegative, !["inf", "infinity", "nan"].contains(text.lowercased()) {
            return text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        }
        guard let number = Self.number(text, isNegative: isNegative) else {
            throw error("'\(text.prefix(100))' is not a number")
        }
        return number
    }

    /// Strings that follow one another are one.
    private mutating func strings() throws(InferenceError) -> String {
        var text: [UInt8] = []
        repeat {
            try string(&text)
            skipBlanks()
        } while position < bytes.count
            && (bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'"))
        guard let result = String(validating: text, as: UTF8.self) else { throw error("a string is not UTF-8") }
        return result
    }

    private mutating func string(_ text: inout [UInt8]) throws(InferenceError) {
        let quote = bytes[position]
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case quote: return
            case UInt8(ascii: "\n"): throw error("a string does not end")
            case UInt8(ascii: "\\"): text.append(try escape())
            default: text.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
        UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "?"): UInt8(ascii: "?"),
        UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "'"): UInt8(ascii: "'"),
        UInt8(ascii: "\""): UInt8(ascii: "\""),
    ]

    /// What follows a backslash: a letter, up to three octal digits, or `x` and up to two hexadecimal ones.
    private mutating func escape() throws(InferenceError) -> UInt8 {
        guard position < bytes.count else { throw error("a string does not end") }
        let first = bytes[position]
        if let byte = Self.escapes[first] {
            position += 1
            return byte
        }
        let isHexadecimal = first == UInt8(ascii: "x") || first == UInt8(ascii: "X")
        if isHexadecimal { position += 1 }
        let (radix, longest) = isHexadecimal ? (16, 2) : (8, 3)
        let digits = bytes[position...].prefix(longest).prefix {
            Self.isWordByte($0) && Character(Unicode.Scalar($0)).hexDigitValue.map { $0 < radix } == true
        }
        guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: radix) else {
            throw error("a string has an unknown escape")
        }
        position += digits.count
        return value
    }

    /// Decimal, octal (`017`), hexadecimal (`0x1F`), or with a point, an exponent or a final `f`.
    private static func number(_ text: String, isNegative: Bool) -> JSONValue? {
        let sign = isNegative ? "-" : ""
        let lowered = text.lowercased()
        if lowered.hasPrefix("0x") { return Int64(sign + lowered.dropFirst(2), radix: 16).map { .integer($0) } }
        if text.count > 1, text.hasPrefix("0"), text.utf8.allSatisfy({ isDigit($0) }) {
            return Int64(sign + text, radix: 8).map { .integer($0) }
        }
        if let integer = Int64(sign + text) { return .integer(integer) }
        let spelling = sign + (lowered.hasSuffix("f") ? lowered.dropLast() : lowered[...])
        guard let first = spelling.utf8.first(where: { $0 != UInt8(ascii: "-") }),
            isDigit(first) || first == UInt8(ascii: "."), let value = Double(spelling), value.isFinite
        else { return nil }
        return .number(value, spelling)
    }

    /// Letters, digits, points, and the sign of an exponent.
    private mutating func word() -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isExponent =
                (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && position > start
                && Self.isDigit(bytes[start]) && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
            guard isExponent || Self.isWordByte(byte) else { break }
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 11, 12: position += 1
            case UInt8(ascii: "#"):
                position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            default: return
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".")
    }
}
