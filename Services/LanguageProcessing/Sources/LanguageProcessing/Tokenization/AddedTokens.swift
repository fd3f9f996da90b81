/// Tokens of `added_tokens` that are cut out of the raw text before anything else: `[SEP]` typed by a user is one.
struct AddedTokens: Sendable {
    struct Token: Sendable {
        var id: Int32
        var content: String
        /// Only where no word character stands next to it.
        var singleWord = false
        /// Takes the white space before it.
        var stripsLeft = false
        /// Takes the white space after it.
        var stripsRight = false
        var special = true
    }

    /// A stretch of the text: ordinary (`token` nil) or one added token.
    struct Part {
        var bytes: Range<Int>
        var token: Int32?
    }

    let tokens: [Token]
    private let trie: ByteTrie

    init(_ tokens: [Token]) throws {
        self.tokens = tokens
        var trie = ByteTrie()
        for (i, token) in tokens.enumerated() where !token.content.isEmpty {
            try trie.insert(token.content.utf8, value: Int32(i))
        }
        self.trie = trie
    }

    /// Cuts valid UTF-8 at the leftmost-longest occurrences.
    func parts(of text: UnsafeBufferPointer<UInt8>) -> [Part] {
        guard !trie.isEmpty else { return [Part(bytes: 0..<text.count)] }
        var parts: [Part] = []
        var done = 0
        var position = 0
        while position < text.count {
            guard let match = trie.longestMatch(in: text, from: position, at: ByteTrie.root) else {
                position += 1
                continue
            }
            let token = tokens[Int(match.value)]
            var range = position..<match.end
            position = match.end
            if token.singleWord, isWord(before: range.lowerBound, text) || isWord(at: range.upperBound, text) {
                continue
            }
            if token.stripsLeft { range = max(done, spaceStart(before: range.lowerBound, text))..<range.upperBound }
            if token.stripsRight { range = range.lowerBound..<spaceEnd(after: range.upperBound, text) }
            if done < range.lowerBound { parts.append(Part(bytes: done..<range.lowerBound)) }
            parts.append(Part(bytes: range, token: token.id))
            done = range.upperBound
            position = max(position, done)
        }
        if done < text.count { parts.append(Part(bytes: done..<text.count)) }
        return parts
    }

    private func isWord(at byte: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard byte < text.count else { return false }
        var byte = byte
        return Self.isWord(WordReader.scalar(in: text, at: &byte))
    }

    private func isWord(before byte: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = Self.scalarStart(before: byte, text) else { return false }
        return isWord(at: start, text)
    }

    private func spaceStart(before byte: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int {
        var byte = byte
        while let start = Self.scalarStart(before: byte, text) {
            var end = start
            guard CharacterClasses.shared.whitespace.contains(WordReader.scalar(in: text, at: &end)) else { break }
            byte = start
        }
        return byte
    }

    private func spaceEnd(after byte: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int {
        var byte = byte
        while byte < text.count {
            var end = byte
            guard CharacterClasses.shared.whitespace.contains(WordReader.scalar(in: text, at: &end)) else { break }
            byte = end
        }
        return byte
    }

    private static func scalarStart(before byte: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard byte > 0 else { return nil }
        var start = byte - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// `\w` of Rust's regex crate: alphabetic, mark, decimal digit, connector punctuation, join control.
    private static func isWord(_ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        let properties = scalar.properties
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }
}
