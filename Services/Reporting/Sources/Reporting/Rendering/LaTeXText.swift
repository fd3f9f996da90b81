import Mustache

/// Escapes text for LaTeX: every character is typeset, none is interpreted.
///
/// Needs T1 and TS1 fonts, `inputenc` with UTF-8, and the macro `\unprintable{…}`, which the template defines.
/// Characters the fonts lack are transliterated (Cyrillic, Greek outside mathematics' alphabet) or stand as
/// `\unprintable{Han 4}`: script and number of characters.
package struct LaTeXText: MustacheContentType {
    package static let name = "LATEX"

    /// A token longer than this may be broken anywhere, every `breakStride` characters.
    private static let unbrokenLength = 20
    private static let breakStride = 5

    package init() {}

    package func escapeText(_ text: String) -> String {
        var output = ""
        output.reserveCapacity(text.utf8.count + 16)
        var run: (script: String, count: Int)?
        var tokenLength = 0
        func closeRun() {
            if let run { output += "\\unprintable{\(run.script)\(run.count > 1 ? " \(run.count)" : "")}" }
            run = nil
        }
        for character in text {
            guard let typeset = Self.typeset(character) else {
                let script = UnprintableScript.name(of: character)
                if run?.script != script {
                    closeRun()
                    run = (script, 0)
                }
                run?.count += 1
                tokenLength = 0
                continue
            }
            if typeset.isEmpty { continue }
            closeRun()
            if typeset == " " {
                tokenLength = 0
                output += typeset
                continue
            }
            tokenLength += 1
            if tokenLength > Self.unbrokenLength, tokenLength % Self.breakStride == 0 { output += "\\allowbreak{}" }
            // T1 makes one character of `--` and `,,`; an empty group keeps them apart.
            if let last = output.last, last == typeset.first, "-,".contains(last) { output += "{}" }
            output += typeset
        }
        closeRun()
        return output
    }

    /// LaTeX that shows the character: " " for white space, "" for what has no shape, nil if the fonts lack it.
    private static func typeset(_ character: Character) -> String? {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return "" }
        if scalars.count == 1 || first == "\r" { return typeset(first) }
        let rest = scalars.dropFirst()
        if rest.allSatisfy({ ScalarClass($0) == .invisible || $0.properties.isVariationSelector || $0 == "\u{200D}" }) {
            return typeset(first)
        }
        guard let base = typeset(first) else { return nil }
        guard first.properties.isAlphabetic, first.isASCII,
            let accent = rest.lazy.compactMap({ LaTeXSymbols.accents[$0] }).first
        else { return base }
        let letter = first == "i" ? "\\i" : first == "j" ? "\\j" : base
        return "\\\(accent){\(letter)}"
    }

    private static func typeset(_ scalar: Unicode.Scalar) -> String? {
        switch ScalarClass(scalar) {
        case .space: return " "
        case .invisible: return ""
        case .control: return nil
        case .printable: break
        }
        if scalar.isASCII { return LaTeXSymbols.ascii[scalar] ?? String(Character(scalar)) }
        if LaTeXSymbols.isInFonts(scalar) { return String(Character(scalar)) }
        if let symbol = LaTeXSymbols.mathematics[scalar] { return "\\ensuremath{\\\(symbol)}" }
        if let letters = LaTeXSymbols.transliterations[scalar] { return letters }
        // Full-width forms of ASCII.
        if (0xFF01...0xFF5E).contains(scalar.value), let ascii = Unicode.Scalar(scalar.value - 0xFEE0) {
            return typeset(ascii)
        }
        return scalar.properties.isVariationSelector || scalar == "\u{200C}" || scalar == "\u{200D}" ? "" : nil
    }
}
