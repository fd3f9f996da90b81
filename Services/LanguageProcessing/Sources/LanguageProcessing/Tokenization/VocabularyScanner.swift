/// Finds `model.vocab` in the bytes of a tokenizer.json and reads its pairs.
///
/// Not through `Codable`: Swift compares strings by canonical equivalence, so a `Dictionary` would merge pieces that
/// differ only in normalisation, of which multilingual vocabularies have many.
struct VocabularyScanner {
    private let bytes: [UInt8]
    private var position = 0

    /// JSON nested deeper than this is refused.
    private static let maximumDepth = 64

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: the pieces with their ids, and the file with an empty vocabulary in place of the real one.
    static func extract(
        from bytes: [UInt8]
    ) throws -> (pieces: [(piece: ArraySlice<UInt8>, id: Int)], rest: [UInt8]) {
        var scanner = VocabularyScanner(bytes)
        guard let vocabulary = try scanner.find(["model", "vocab"]) else {
            throw LanguageProcessingError(.tokenizerFile, "model.vocab is missing")
        }
        scanner.position = vocabulary.lowerBound
        let pieces = try scanner.pairs()
        return (pieces, bytes[..<vocabulary.lowerBound] + Array("{}".utf8) + bytes[vocabulary.upperBound...])
    }

    /// The range of the value under a path of keys.
    private mutating func find(_ path: ArraySlice<String>) throws -> Range<Int>? {
        guard let key = path.first else {
            skipSpace()
            let start = position
            try skipValue(depth: 0)
            return start..<position
        }
        try expect(UInt8(ascii: "{"))
        skipSpace()
        if take(UInt8(ascii: "}")) { return nil }
        repeat {
            let name = try string()
            try expect(UInt8(ascii: ":"))
            if name.elementsEqual(key.utf8) { return try find(path.dropFirst()) }
            try skipValue(depth: 0)
            skipSpace()
        } while take(UInt8(ascii: ","))
        return nil
    }

    private mutating func pairs() throws -> [(piece: ArraySlice<UInt8>, id: Int)] {
        var pairs: [(piece: ArraySlice<UInt8>, id: Int)] = []
        try expect(UInt8(ascii: "{"))
        skipSpace()
        if take(UInt8(ascii: "}")) { return pairs }
        repeat {
            let piece = try string()
            try expect(UInt8(ascii: ":"))
            pairs.append((piece, try integer()))
            skipSpace()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return pairs
    }

    // MARK: JSON

    private mutating func skipValue(depth: Int) throws {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
        skipSpace()
        switch position < bytes.count ? bytes[position] : 0 {
        case UInt8(ascii: "\""):
            _ = try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let object = bytes[position] == UInt8(ascii: "{")
            let close = object ? UInt8(ascii: "}") : UInt8(ascii: "]")
            position += 1
            skipSpace()
            if take(close) { return }
            repeat {
                if object {
                    _ = try string()
                    try expect(UInt8(ascii: ":"))
                }
                try skipValue(depth: depth + 1)
                skipSpace()
            } while take(UInt8(ascii: ","))
            try expect(close)
        default:
            let start = position
            while position < bytes.count, Self.isScalarByte(bytes[position]) { position += 1 }
            if position == start { throw error("a value is missing") }
        }
    }

    private mutating func integer() throws -> Int {
        skipSpace()
        var value = 0
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            guard value <= Int(Int32.max) else { throw error("an id is too large") }
            position += 1
        }
        if position == start { throw error("an id is not a whole number") }
        return value
    }

    private mutating func string() throws -> ArraySlice<UInt8> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            position += 1
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            return bytes[start..<position - 1]
        }
        var decoded = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return decoded[...] }
            if byte == UInt8(ascii: "\\") { decoded += try escape() } else { decoded.append(byte) }
        }
        throw error("a string does not end")
    }

    private mutating func escape() throws -> [UInt8] {
        guard position < bytes.count else { throw error("a string does not end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            let high = try unit()
            if (0xD800..<0xDC00).contains(high), bytes[position...].starts(with: Array("\\u".utf8)) {
                position += 2
                let low = try unit()
                guard (0xDC00..<0xE000).contains(low) else { throw error("a lone surrogate") }
                return try utf8(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            }
            return try utf8(high)
        default:
            throw error("an unknown escape")
        }
    }

    private mutating func unit() throws -> UInt32 {
        guard position + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("an unfinished escape") }
        position += 4
        return value
    }

    private func utf8(_ value: UInt32) throws -> [UInt8] {
        guard let scalar = Unicode.Scalar(value) else { throw error("a lone surrogate") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws {
        skipSpace()
        guard take(byte) else { throw error("expected \(Character(Unicode.Scalar(byte)))") }
    }

    /// Digits, letters and signs: what numbers, `true`, `false` and `null` consist of.
    private static func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    private func error(_ what: String) -> LanguageProcessingError {
        LanguageProcessingError(.tokenizerFile, "not JSON at byte \(position): \(what)")
    }
}
