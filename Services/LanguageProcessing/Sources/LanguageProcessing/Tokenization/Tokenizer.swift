/// BERT WordPiece tokenization, equal to Hugging Face's `tokenizers` in ids and offsets.
package struct Tokenizer: Sendable {
    package enum TruncationDirection: String, Sendable {
        case left
        case right
    }

    package let vocabulary: Vocabulary
    package let options: BertNormalizerOptions
    /// Ids that the template puts before and after the text: `[CLS]` and `[SEP]`.
    package let prefix: [Int32]
    package let suffix: [Int32]
    private let table: CharacterTable
    private let addedTokens: AddedTokens
    private let unknown: Int32
    private let maximumWord: Int

    init(
        vocabulary: Vocabulary, options: BertNormalizerOptions, addedTokens: AddedTokens, prefix: [Int32],
        suffix: [Int32], unknown: Int32, maximumWord: Int
    ) {
        self.vocabulary = vocabulary
        self.options = options
        self.addedTokens = addedTokens
        self.prefix = prefix
        self.suffix = suffix
        self.unknown = unknown
        self.maximumWord = maximumWord
        table = CharacterTable(options)
    }

    /// Tokens that the template adds to one text.
    package var addedCount: Int { prefix.count + suffix.count }

    /// Encodes one text.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: puts the template's tokens around the text.
    ///   - limit: the most tokens of the result, those of the template included; the text's tokens beyond it are cut.
    ///   - plainSpecialTokens: `[SEP]` in the text is text, not a token: for text from strangers.
    package func encode(
        _ text: String, addSpecialTokens: Bool = true, limit: Int? = nil, direction: TruncationDirection = .right,
        plainSpecialTokens: Bool = false
    ) -> Encoding {
        var encoding = Encoding()
        let room = limit.map { max(0, $0 - (addSpecialTokens ? addedCount : 0)) } ?? .max
        // The first tokens do not depend on what follows them; the last ones need the whole text.
        let stop = direction == .right && room < .max ? room : .max
        if addSpecialTokens { for id in prefix { encoding.appendSpecial(id) } }
        let lead = encoding.count
        var text = text
        text.withUTF8 { bytes in
            read(bytes, into: &encoding, limit: stop == .max ? .max : lead + stop, plain: plainSpecialTokens)
        }
        let excess = encoding.count - lead - room
        if room < .max, excess > 0 {
            if direction == .right {
                encoding.truncate(to: lead + room)
            } else {
                encoding.removeFirst(lead + excess)
                var head = Encoding()
                if addSpecialTokens { for id in prefix { head.appendSpecial(id) } }
                head.append(contentsOf: encoding)
                encoding = head
                encoding.truncated = true
            }
        }
        if addSpecialTokens { for id in suffix { encoding.appendSpecial(id) } }
        return encoding
    }

    private func read(
        _ bytes: UnsafeBufferPointer<UInt8>, into encoding: inout Encoding, limit: Int, plain: Bool
    ) {
        var reader = WordReader(table: table, vocabulary: vocabulary, unknown: unknown, maximumWord: maximumWord)
        var position = 0
        let parts = plain ? [AddedTokens.Part(bytes: 0..<bytes.count)] : addedTokens.parts(of: bytes)
        for part in parts {
            let slice = UnsafeBufferPointer(rebasing: bytes[part.bytes])
            if let token = part.token {
                let length = slice.count { $0 & 0xC0 != 0x80 }
                encoding.append(token, position, position + length)
                position += length
            } else if let next = reader.read(slice, at: position, into: &encoding, limit: limit) {
                position = next
            } else {
                return
            }
            if encoding.count > limit { return }
        }
    }
}
