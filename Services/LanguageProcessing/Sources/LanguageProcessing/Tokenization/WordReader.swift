/// Reads one piece of text scalar by scalar: normalises, cuts into words and appends the words' pieces to an encoding.
///
/// The same result as Hugging Face's BertNormalizer, BertPreTokenizer and WordPiece one after the other, in one pass and
/// without building the normalised text. A word's bytes wait in a buffer of `max_input_chars_per_word` scalars: a longer
/// word is unknown anyway.
struct WordReader: ~Copyable {
    private let table: CharacterTable
    private let vocabulary: Vocabulary
    private let unknown: Int32
    private let maximumWord: Int

    /// UTF-8 of the word so far, and for each byte the code point of the input that it comes from.
    private let word: UnsafeMutableBufferPointer<UInt8>
    private let origins: UnsafeMutableBufferPointer<Int32>
    private var wordBytes = 0
    private var wordScalars = 0
    private var wordStart = 0
    private var wordEnd = 0

    /// Combining characters since the last starter: scalar, class, and whether decomposition inserted it.
    private var combining: [(scalar: UInt32, rank: UInt8, inserted: Bool)] = []
    /// The code points of the input that `combining` came from, each standing for one that is not inserted.
    private var combiningOrigins: [Int] = []
    /// How many of `combining` are not stripped.
    private var survivors = 0
    /// The code point that the last starter came from.
    private var lastOrigin = 0
    /// The last letter that decomposed into itself and stripped marks, and its code point.
    private var composed: UInt32 = 0
    private var composedOrigin = -1

    init(table: CharacterTable, vocabulary: Vocabulary, unknown: Int32, maximumWord: Int) {
        self.table = table
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.maximumWord = maximumWord
        word = .allocate(capacity: maximumWord * 4)
        origins = .allocate(capacity: maximumWord * 4)
    }

    deinit {
        word.deallocate()
        origins.deallocate()
    }

    /// Appends the tokens of `text`, which begins at code point `position` of the input.
    ///
    /// - Parameter limit: reading stops once the encoding has more tokens than this.
    /// - Returns: the code point after `text`, or nil when the limit stopped the reading.
    mutating func read(
        _ text: UnsafeBufferPointer<UInt8>, at position: Int, into encoding: inout Encoding, limit: Int
    ) -> Int? {
        var position = position
        var byte = 0
        while byte < text.count {
            let scalar = Self.scalar(in: text, at: &byte)
            let entry = table[scalar]
            let kind = entry.kind
            if !combining.isEmpty, kind != .general, kind != .dropped, kind != .mark { flushCombining(&encoding) }
            switch kind {
            case .letter:
                append(scalar, from: position)
            case .replacedLetter:
                append(entry.replacement, from: position)
            case .whitespace:
                endWord(&encoding)
                lastOrigin = position
            case .punctuation:
                endWord(&encoding)
                append(entry.replacement, from: position)
                endWord(&encoding)
            case .dropped:
                break
            case .ideograph:
                endWord(&encoding)
                append(entry.replacement == 0 ? scalar : entry.replacement, from: position)
                endWord(&encoding)
            case .composedLetter:
                append(entry.replacement, from: position)
                composed = scalar
                composedOrigin = position
            case .mark:
                addCombining(scalar, rank: UInt8(truncatingIfNeeded: entry.replacement), stripped: true, &encoding)
                combiningOrigins.append(position)
            case .strippedStarter:
                lastOrigin = position
            case .general:
                readGeneral(scalar, from: position, &encoding)
            }
            position += 1
            if encoding.count > limit {
                reset()
                return nil
            }
        }
        flushCombining(&encoding)
        endWord(&encoding)
        return position
    }

    /// Decodes one scalar of valid UTF-8.
    @inline(__always)
    static func scalar(in text: UnsafeBufferPointer<UInt8>, at byte: inout Int) -> UInt32 {
        let first = UInt32(text[byte])
        if first < 0x80 {
            byte += 1
            return first
        }
        if first < 0xE0 {
            byte += 2
            return (first & 0x1F) << 6 | UInt32(text[byte - 1] & 0x3F)
        }
        if first < 0xF0 {
            byte += 3
            return (first & 0x0F) << 12 | UInt32(text[byte - 2] & 0x3F) << 6 | UInt32(text[byte - 1] & 0x3F)
        }
        byte += 4
        return (first & 0x07) << 18 | UInt32(text[byte - 3] & 0x3F) << 12
            | UInt32(text[byte - 2] & 0x3F) << 6 | UInt32(text[byte - 1] & 0x3F)
    }

    // MARK: Words

    @inline(__always)
    private mutating func append(_ scalar: UInt32, from origin: Int) {
        if wordScalars == 0 { wordStart = origin }
        wordScalars += 1
        wordEnd = origin + 1
        lastOrigin = origin
        guard wordScalars <= maximumWord else { return }
        if scalar < 0x80 {
            put(UInt8(truncatingIfNeeded: scalar), origin)
        } else if scalar < 0x800 {
            put(UInt8(0xC0 | scalar >> 6), origin)
            put(UInt8(0x80 | scalar & 0x3F), origin)
        } else if scalar < 0x10000 {
            put(UInt8(0xE0 | scalar >> 12), origin)
            put(UInt8(0x80 | scalar >> 6 & 0x3F), origin)
            put(UInt8(0x80 | scalar & 0x3F), origin)
        } else {
            put(UInt8(0xF0 | scalar >> 18), origin)
            put(UInt8(0x80 | scalar >> 12 & 0x3F), origin)
            put(UInt8(0x80 | scalar >> 6 & 0x3F), origin)
            put(UInt8(0x80 | scalar & 0x3F), origin)
        }
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8, _ origin: Int) {
        word[wordBytes] = byte
        origins[wordBytes] = Int32(truncatingIfNeeded: origin)
        wordBytes += 1
    }

    @inline(__always)
    private mutating func endWord(_ encoding: inout Encoding) {
        guard wordScalars > 0 else { return }
        let before = encoding.count
        let known =
            wordScalars <= maximumWord
            && vocabulary.split(UnsafeBufferPointer(rebasing: word[..<wordBytes])) { id, start, end in
                encoding.append(id, Int(origins[start]), Int(origins[end - 1]) + 1)
            }
        if !known {
            encoding.removeTokens(from: before)
            encoding.append(unknown, wordStart, wordEnd)
        }
        wordBytes = 0
        wordScalars = 0
    }

    private mutating func reset() {
        wordBytes = 0
        wordScalars = 0
        clearCombining()
    }

    // MARK: The general way

    private mutating func readGeneral(_ scalar: UInt32, from origin: Int, _ encoding: inout Encoding) {
        let options = table.options
        let classes = CharacterClasses.shared
        if options.stripAccents, (0xAC00...0xD7A3).contains(scalar) {
            readHangul(scalar, from: origin, &encoding)
            return
        }
        let apart = options.handleChineseCharacters && classes.ideographs.contains(scalar)
        if apart {
            flushCombining(&encoding)
            endWord(&encoding)
        }
        let parts = options.stripAccents ? classes.decomposition(scalar) : [scalar]
        for (i, part) in parts.enumerated() {
            guard options.stripAccents, let rank = classes.combiningClass[part] else {
                flushCombining(&encoding)
                lastOrigin = origin
                finish(part, from: origin, &encoding)
                continue
            }
            addCombining(part, rank: rank, inserted: i > 0, stripped: classes.marks.contains(part), &encoding)
            if i == 0 { combiningOrigins.append(origin) }
        }
        if apart {
            flushCombining(&encoding)
            endWord(&encoding)
        }
    }

    /// Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12); jamo are letters.
    private mutating func readHangul(_ scalar: UInt32, from origin: Int, _ encoding: inout Encoding) {
        flushCombining(&encoding)
        let i = scalar - 0xAC00
        append(0x1100 + i / 588, from: origin)
        append(0x1161 + i % 588 / 28, from: origin)
        if i % 28 != 0 { append(0x11A7 + i % 28, from: origin) }
    }

    private mutating func addCombining(
        _ scalar: UInt32, rank: UInt8, inserted: Bool = false, stripped: Bool, _ encoding: inout Encoding
    ) {
        if combining.isEmpty, composedOrigin == lastOrigin {
            for mark in CharacterClasses.shared.decomposition(composed).dropFirst() {
                combining.append((mark, CharacterClasses.shared.combiningClass[mark] ?? 0, true))
            }
        }
        // A run of marks that long is no text; sorting it must stay cheap.
        if combining.count >= 1024 { flushCombining(&encoding) }
        combining.append((scalar, rank, inserted))
        if !stripped { survivors += 1 }
    }

    /// Puts combining characters into canonical order and lets the ones that are not stripped go on.
    ///
    /// `tokenizers` counts places after the sort: the next one not inserted takes the next place of the input.
    private mutating func flushCombining(_ encoding: inout Encoding) {
        guard !combining.isEmpty else { return }
        if survivors > 0 {
            let sorted = combining.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            var next = 0
            for (_, element) in sorted {
                if !element.inserted, next < combiningOrigins.count {
                    lastOrigin = combiningOrigins[next]
                    next += 1
                }
                finish(element.scalar, from: lastOrigin, &encoding)
            }
        }
        if let last = combiningOrigins.last { lastOrigin = last }
        clearCombining()
    }

    private mutating func clearCombining() {
        combining.removeAll(keepingCapacity: true)
        combiningOrigins.removeAll(keepingCapacity: true)
        survivors = 0
    }

    /// Strips, lower-cases and sorts one scalar into word, separator or punctuation.
    private mutating func finish(_ scalar: UInt32, from origin: Int, _ encoding: inout Encoding) {
        let classes = CharacterClasses.shared
        if table.options.stripAccents, classes.marks.contains(scalar) { return }
        for scalar in table.options.lowercase ? classes.lowercased(scalar) : [scalar] {
            if classes.whitespace.contains(scalar) {
                endWord(&encoding)
            } else if classes.punctuation.contains(scalar) {
                endWord(&encoding)
                append(scalar, from: origin)
                endWord(&encoding)
            } else {
                append(scalar, from: origin)
            }
        }
    }
}
