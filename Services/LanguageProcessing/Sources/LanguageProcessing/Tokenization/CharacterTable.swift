/// What a BERT tokenizer does with each Unicode scalar, compiled from `CharacterTables` for one set of normalizer options.
///
/// Lookups go through pages of 256 scalars; pages with equal contents are stored once.
struct CharacterTable: Sendable {
    /// The way one scalar takes through normalisation and pre-tokenisation.
    enum Kind: UInt8 {
        /// Part of a word, as it is.
        case letter
        /// Part of a word after replacement by one other scalar, found in `replacements`.
        case replacedLetter
        /// Ends a word and is not a token.
        case whitespace
        /// Leaves no trace.
        case dropped
        /// A token of its own, `replacement` being its scalar.
        case punctuation
        /// A Chinese character: a word of its own, `replacement` being its scalar unless 0.
        case ideograph
        /// Decomposes into a letter, `replacement`, and marks that are stripped.
        case composedLetter
        /// A combining mark that is stripped, `replacement` being its combining class.
        case mark
        /// A mark without combining class that is stripped.
        case strippedStarter
        /// Everything else.
        case general
    }

    /// One scalar's entry: `kind` in the low 8 bits, its replacement scalar above them.
    struct Entry: Hashable, Sendable {
        let bits: UInt32
        var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: bits)) ?? .general }
        var replacement: UInt32 { bits >> 8 }

        init(_ kind: Kind, replacement: UInt32 = 0) {
            bits = replacement << 8 | UInt32(kind.rawValue)
        }
    }

    let options: BertNormalizerOptions
    private let index: [UInt16]
    private let entries: [Entry]

    init(_ options: BertNormalizerOptions) {
        self.options = options
        var index: [UInt16] = []
        var entries: [Entry] = []
        var seen: [[Entry]: UInt16] = [:]
        let classes = CharacterClasses.shared
        for page in UInt32(0)..<0x1100 {
            let scalars = page << 8..<(page + 1) << 8
            let contents =
                classes.mixedPages.contains(page)
                ? scalars.map { classes.entry($0, options) }
                : Array(repeating: classes.entry(scalars.lowerBound, options), count: 256)
            if let known = seen[contents] {
                index.append(known)
            } else {
                let number = UInt16(entries.count >> 8)
                seen[contents] = number
                index.append(number)
                entries += contents
            }
        }
        self.index = index
        self.entries = entries
    }

    subscript(scalar: UInt32) -> Entry {
        entries[Int(index[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }
}

/// The four switches of Hugging Face's `BertNormalizer`.
package struct BertNormalizerOptions: Hashable, Sendable {
    package var cleanText = true
    package var handleChineseCharacters = true
    package var stripAccents: Bool
    package var lowercase: Bool

    /// - Parameter stripAccents: follows `lowercase` when nil, as in the original BERT.
    package init(
        cleanText: Bool = true, handleChineseCharacters: Bool = true, stripAccents: Bool? = nil, lowercase: Bool
    ) {
        self.cleanText = cleanText
        self.handleChineseCharacters = handleChineseCharacters
        self.stripAccents = stripAccents ?? lowercase
        self.lowercase = lowercase
    }
}
