/// A text as the entity rules read it: Unicode scalars by position, once as they are and once folded.
struct ScalarText: Sendable {
    let scalars: [UInt32]
    /// Lower case without accents, one scalar for each of `scalars`.
    let folded: [UInt32]

    private static let folding = CharacterTable(BertNormalizerOptions(lowercase: true))

    init(_ text: String) {
        scalars = text.unicodeScalars.map(\.value)
        folded = scalars.map { scalar in
            if scalar < 0x80 { return (0x41...0x5A).contains(scalar) ? scalar + 0x20 : scalar }
            let entry = Self.folding[scalar]
            return entry.kind == .composedLetter || entry.kind == .replacedLetter ? entry.replacement : scalar
        }
    }

    var count: Int { scalars.count }

    /// The scalar at a position; 0 outside the text, which no rule matches.
    subscript(position: Int) -> UInt32 {
        position >= 0 && position < scalars.count ? scalars[position] : 0
    }

    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        for value in scalars[range] { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        return String(view)
    }

    /// The folded text of a range.
    func foldedString(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        for value in folded[range] { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        return String(view)
    }

    // MARK: Classes

    func isDigit(_ position: Int) -> Bool { (0x30...0x39).contains(self[position]) }

    func isUpper(_ position: Int) -> Bool { (0x41...0x5A).contains(self[position]) }

    /// A letter of any script, or an accented one.
    func isLetter(_ position: Int) -> Bool {
        let scalar = self[position]
        if scalar < 0x80 { return (0x41...0x5A).contains(scalar) || (0x61...0x7A).contains(scalar) }
        switch Self.folding[scalar].kind {
        case .letter, .replacedLetter, .composedLetter: return !Self.isSymbol(scalar)
        default: return false
        }
    }

    func isAlphanumeric(_ position: Int) -> Bool { isDigit(position) || isLetter(position) }

    /// White space that does not end a line.
    func isSpace(_ position: Int) -> Bool {
        switch self[position] {
        case 0x20, 0x09, 0xA0, 0x2007, 0x2009, 0x202F: true
        default: false
        }
    }

    func isNewline(_ position: Int) -> Bool {
        switch self[position] {
        case 0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Signs that BERT counts among the letters: currency, letter-like and other symbols.
    private static func isSymbol(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0xBF, 0xD7, 0xF7, 0x2000...0x2BFF, 0xE000...0xF8FF, 0xFFE0...0xFFE6, 0x1F000...0x1FAFF: true
        default: false
        }
    }

    // MARK: Steps

    func skippingSpaces(from position: Int, atMost limit: Int = 8) -> Int {
        var end = position
        while end - position < limit, isSpace(end) { end += 1 }
        return end
    }

    func skippingDigits(from position: Int, atMost limit: Int = 32) -> Int {
        var end = position
        while end - position < limit, isDigit(end) { end += 1 }
        return end
    }

    func skippingLetters(from position: Int, atMost limit: Int = 32) -> Int {
        var end = position
        while end - position < limit, isLetter(end) { end += 1 }
        return end
    }

    /// The number that digits stand for; nil when there are none or more than nine.
    func number(_ range: Range<Int>) -> Int? {
        guard (1...9).contains(range.count) else { return nil }
        return scalars[range].reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
}

extension UInt32 {
    /// The scalar of an ASCII character.
    static func ascii(_ character: Unicode.Scalar) -> UInt32 { character.value }
}

func ~= (pattern: Unicode.Scalar, value: UInt32) -> Bool { pattern.value == value }
