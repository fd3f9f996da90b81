import Reporting
import Testing

@Suite struct EscapingTests {
    private func latex(_ text: String) -> String { LaTeXText().escapeText(text) }
    private func markup(_ text: String) -> String { MarkupText().escapeText(text) }

    @Test(arguments: [
        (#"\input{/etc/passwd}"#, #"\textbackslash{}input\{/etc/passwd\}"#),
        ("100% & $5 #1 a_b", ##"100\% \& \$5 \#1 a\_b"##),
        ("a^^5cb~c", #"a\textasciicircum{}\textasciicircum{}5cb\textasciitilde{}c"#),
        ("<-1>|\"'`", #"\textless{}-1\textgreater{}\textbar{}\textquotedbl{}\textquotesingle{}\textasciigrave{}"#),
        ("a--b---c,,d", "a-{}-b-{}-{}-c,{},d"),
        ("[0pt]*", "{[}0pt{]}{*}"),
        ("a\u{0}b\u{7}", #"a\unprintable{U+0000}b\unprintable{U+0007}"#),
        ("a\u{202E}b\u{200B}c\u{FEFF}d", #"a\unprintable{U+202E}bcd"#),
        ("line\r\nbreak\ttab\u{2028}end", "line break tab end"),
        ("Zażółć gęślą jaźń € – “x”", "Zażółć gęślą jaźń € – “x”"),
        ("e\u{301}o\u{308}", #"\'{e}\"{o}"#),
        ("x\u{301}", #"\'{x}"#),
        ("日本語 text", #"\unprintable{Han 3} text"#),
        ("مرحبا", #"\unprintable{Arabic 5}"#),
        ("Привет", "Privet"),
        ("α ≤ β", #"\ensuremath{\alpha} \ensuremath{\leq} \ensuremath{\beta}"#),
        ("👩‍👩‍👧😀", #"\unprintable{emoji 2}"#),
        ("ﾊＡ！", #"\unprintable{U+FF8A}A!"#),
        ("<<x>> {{{y}}}", #"\textless{}\textless{}x\textgreater{}\textgreater{} \{\{\{y\}\}\}"#),
        ("\\\u{301}", #"\textbackslash{}"#),
    ])
    func latexShowsEveryCharacterAndInterpretsNone(text: String, expected: String) {
        #expect(latex(text) == expected)
    }

    @Test func longTokensMayBreak() {
        let escaped = latex(String(repeating: "x", count: 10_000))
        let longest = escaped.split(separator: "\\allowbreak{}").map(\.count).max()
        #expect((longest ?? .max) <= 25)
    }

    /// Every scalar Unicode has, alone: nothing but the commands the escaping itself writes.
    @Test func noScalarLeavesACommandOfItsOwn() {
        let special: Set<Character> = ["\\", "{", "}", "$", "&", "#", "_", "%", "~", "^"]
        for value in UInt32(0)...0x1_1000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let escaped = latex("a\(scalar)b")
            let bare = escaped.dropFirst().dropLast()
            if bare.count == 1, let character = bare.first {
                #expect(!special.contains(character), "U+\(String(value, radix: 16))")
            }
        }
    }

    @Test(arguments: [
        (#""><img src=x onerror=alert(1)>"#, "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"),
        ("</script><b>&amp;", "&lt;/script&gt;&lt;b&gt;&amp;amp;"),
        ("it's `x`", "it&#39;s &#96;x&#96;"),
        ("<\u{301}b>", "&lt;\u{301}b&gt;"),
        ("a\u{0}b\u{202E}c\u{85}", "a[U+0000]b[U+202E]c[U+0085]"),
        ("日本 مرحبا 😀", "日本 مرحبا 😀"),
        ("plain-text_1", "plain-text_1"),
    ])
    func markupEscapesBetweenTagsAndInAttributes(text: String, expected: String) {
        #expect(markup(text) == expected)
    }

    @Test func textIsCutToWhatAPageHasRoomFor() {
        #expect(DisplayText.clipped("  a \n\t b  ", to: 10) == "a b")
        #expect(DisplayText.clipped("abcdefghij", to: 10) == "abcdefghij")
        #expect(DisplayText.clipped("abcdefghijk", to: 10) == "abcdefghi…")
        #expect(DisplayText.clippedInMiddle("a-very-long-file-name.pdf", to: 13) == "a-very-l….pdf")
        #expect(DisplayText.clipped("", to: 3) == "")
        let piled = "a" + String(repeating: "\u{301}", count: 1_000)
        #expect(DisplayText.clipped(piled, to: 3).unicodeScalars.count <= 12)
    }
}
