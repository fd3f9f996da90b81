package import ServiceAPI

/// Cuts a document's text into passages of about the same length, at the ends of sentences.
package struct PassageCutter: Sendable {
    package struct Cut: Sendable, Equatable {
        /// 1-based page the passage begins on.
        package var page: Int
        package var text: String

        package init(page: Int, text: String) {
            self.page = page
            self.text = text
        }
    }

    private let tokens: Int
    private let limit: Int

    package init(tokens: Int, limit: Int) {
        self.tokens = tokens
        self.limit = limit
    }

    /// - Parameters:
    ///   - pages: Text per page; joined by form feeds they are the text whose code points `sentences` counts.
    ///   - numbers: The pages' numbers.
    /// - Returns: passages in order, and whether the limit cut some off.
    package func cut(
        pages: [String], numbers: [Int], sentences: [TextSpan]
    ) -> (passages: [Cut], isTruncated: Bool) {
        let scalars = pages.map { Array($0.unicodeScalars) }
        let text = Array(scalars.joined(separator: ["\u{0C}"]))
        var starts: [Int] = []
        var offset = 0
        for page in scalars {
            starts.append(offset)
            offset += page.count + 1
        }
        var passages: [Cut] = []
        var current: Range<Int>?
        func close() {
            guard let range = current else { return }
            current = nil
            let words = Self.collapsed(text[range])
            guard !words.isEmpty else { return }
            let first = range.first { !text[$0].properties.isWhitespace } ?? range.lowerBound
            let index = (starts.lastIndex { $0 <= first }) ?? 0
            passages.append(Cut(page: numbers[index], text: words))
        }
        for sentence in pieces(of: sentences, in: text) {
            if let range = current {
                if Self.tokens(text[range]) + Self.tokens(text[sentence]) > tokens { close() }
            }
            current = (current?.lowerBound ?? sentence.lowerBound)..<sentence.upperBound
            if passages.count > limit { break }
        }
        close()
        return (Array(passages.prefix(limit)), passages.count > limit)
    }

    /// The sentences in order, without overlap; one that alone is too long is cut at white space.
    private func pieces(of sentences: [TextSpan], in text: [Unicode.Scalar]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var end = 0
        for sentence in sentences {
            let start = max(sentence.start, end)
            guard start < sentence.end, sentence.end <= text.count else { continue }
            end = sentence.end
            var piece = start..<start
            for index in start..<end {
                let atSpace = text[index].properties.isWhitespace
                // A run without any white space is cut where it reaches twice the length.
                let length = Self.tokens(text[piece])
                if piece.count > 4, (atSpace && length >= tokens) || length >= 2 * tokens {
                    pieces.append(piece)
                    piece = index..<index
                }
                piece = piece.lowerBound..<index + 1
            }
            if !piece.isEmpty { pieces.append(piece) }
        }
        return pieces
    }

    /// WordPiece makes about one token of four characters of European text.
    private static func tokens(_ text: ArraySlice<Unicode.Scalar>) -> Int { (text.count + 3) / 4 }

    private static func collapsed(_ text: ArraySlice<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        var space = false
        for scalar in text {
            if scalar.properties.isWhitespace {
                space = true
            } else {
                if space, !result.isEmpty { result.append(" ") }
                space = false
                result.append(scalar)
            }
        }
        return String(result)
    }
}
