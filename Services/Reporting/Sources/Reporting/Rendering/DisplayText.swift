/// Text from outside, cut to what a page has room for.
package enum DisplayText {
    /// Combining characters kept on one character; more only pile up.
    private static let scalarsPerCharacter = 12

    /// Runs of white space become one space, and what exceeds `limit` characters gives way to `…` at the end.
    package static func clipped(_ text: String, to limit: Int) -> String {
        let (characters, isWhole) = collapsed(text, limit: limit)
        return isWhole ? String(characters) : String(characters.prefix(limit - 1)) + "…"
    }

    /// As `clipped`, but `…` stands in the middle, so that a file's extension stays in sight.
    package static func clippedInMiddle(_ text: String, to limit: Int) -> String {
        // A name is bounded by the store; 4,096 characters bound the work here too.
        let (characters, isWhole) = collapsed(text, limit: 4_096)
        guard !isWhole || characters.count > limit else { return String(characters) }
        let tail = limit / 3
        return String(characters.prefix(limit - 1 - tail)) + "…" + String(characters.suffix(tail))
    }

    private static func collapsed(_ text: String, limit: Int) -> (characters: [Character], isWhole: Bool) {
        var characters: [Character] = []
        var pendingSpace = false
        for character in text {
            if character.unicodeScalars.allSatisfy({ ScalarClass($0) == .space }) {
                pendingSpace = !characters.isEmpty
                continue
            }
            if characters.count + (pendingSpace ? 1 : 0) >= limit { return (characters, false) }
            if pendingSpace { characters.append(" ") }
            pendingSpace = false
            var kept = String.UnicodeScalarView()
            kept.append(contentsOf: character.unicodeScalars.prefix(scalarsPerCharacter))
            characters.append(contentsOf: String(kept))
        }
        return (characters, true)
    }
}
