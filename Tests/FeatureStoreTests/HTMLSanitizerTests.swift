import FeatureStore
import Testing

@Suite struct HTMLSanitizerTests {
    private func body(_ html: String) -> String {
        let page = HTMLSanitizer.sanitize(html)
        let start = page.firstRange(of: "<body>\n")!.upperBound
        return String(page[start..<page.firstRange(of: "\n</body>")!.lowerBound])
    }

    @Test(arguments: [
        ("<p>one <b>two</b></p>", "<p>one <b>two</b></p>"),
        ("<P CLASS=x onclick='go()'>a</P>", "<p>a</p>"),
        ("<td colspan=2 rowspan = '3' width=9>x</td>", "<td colspan=\"2\" rowspan=\"3\">x</td>"),
        ("<td colspan='2 onload=1'>x</td>", "<td>x</td>"),
        ("a < b & c &amp; d", "a &lt; b & c &amp; d"),
        ("<script>if (a < b) '</p>'</script>x", "x"),
        ("<SCRIPT src=//evil/x.js></SCRIPT >x", "x"),
        ("<style>@import url(//evil)</style>x", "x"),
        ("<!-- <p>hidden</p> -->x", "x"), ("<!DOCTYPE html><?php evil ?>x", "x"),
        ("<img src='http://evil/a.png'>x", "x"), ("<a href='file:///etc/passwd'>link</a>", "link"),
        ("<link rel=stylesheet href=//evil>x", "x"), ("<iframe src=//evil>inner</iframe>x", "x"),
        ("<p title='>'>x</p>", "<p>x</p>"), ("<p title=\">\" x=y>z", "<p>z"),
        ("<head><title>t</title><meta http-equiv=refresh content='0;url=//evil'></head>x", "x"),
        ("<script>never closed", ""), ("<head>never closed<p>x", "never closed<p>x"), ("<", "&lt;"), ("</", "&lt;/"),
        ("<p", "<p>"), ("<p a='never closed", "<p>"), ("<svg><image href=//evil/></svg>x", "x"), ("a\0b", "ab"),
        ("<p<b>x", "<p>x"),
    ])
    func pageIsRebuilt(html: String, expected: String) {
        #expect(body(html) == expected)
    }

    /// Whatever comes in, each tag that comes out is one of a few without addresses.
    @Test func noAttributeSurvivesRandomMarkup() {
        let pieces = [
            "<", ">", "</", "/>", "\"", "'", "=", " ", "p", "img", "src", "script", "style", "http://evil", "<!--",
            "-->",
            "colspan", "td", "1", "\n", "<a href=", "&", "é", "\0", "<svg", "onload",
        ]
        var random = SplitMix(seed: 42)
        for _ in 0..<2000 {
            let html = (0..<Int.random(in: 1...30, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            for tag in body(html).split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
                let name = tag.prefix { $0 != ">" }
                #expect(
                    name.wholeMatch(of: /\/?[a-z][a-z0-9]*( (colspan|rowspan)="[0-9]+")*/) != nil,
                    "seed 42: \(html) gave <\(name)>")
            }
        }
    }

    @Test func textBecomesAPageWithItsLines() {
        #expect(HTMLSanitizer.page(text: "a <b>\n& c").contains("<pre>a &lt;b>\n&amp; c</pre>"))
    }
}

/// Reproducible random numbers: SplitMix64 by Sebastiano Vigna.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
