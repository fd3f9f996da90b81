import FoundationEssentials
import Reporting
import ServiceTesting
import Testing

/// Whole reports, through the machine's TeX.
@Suite(.serialized) struct RenderingTests {
    @Test func aMixedCollectionBecomesPDFAndHTML() async throws {
        let input = SampleCollection.mixed()
        let pictures = [
            input.documents[0].id: try #require(Picture(SamplePicture.png(width: 300, height: 420), limit: 1 << 20)),
            input.documents[1].id: try #require(Picture(SamplePicture.png(width: 600, height: 200), limit: 1 << 20)),
        ]
        let output = try await render(input, pictures: pictures, as: "mixed")
        #expect(output.pdf.starts(with: Data("%PDF-1.5".utf8)))
        let text = try pdfText(output.pdf)
        let html = String(decoding: output.html, as: UTF8.self)
        for expected in [
            "Receipts and letters of autumn", "20 documents received on 2026-11-25", "source: mail room", "2.07",
            "What failed, and why", "document_encrypted", "a password is needed", "EUR 703.86", "INV-2026-17",
        ] {
            #expect(text.contains(expected), "\(expected)")
            #expect(html.contains(expected), "\(expected)")
        }
        // Overview, languages, two currencies, 2 tables, 1 of failures, 18 documents, notes.
        #expect(try pageCount(output.pdf) == 26)
        #expect(html.contains("data:image/png;base64,"))
    }

    @Test func anEmptyCollectionIsAReportThatSaysSo() async throws {
        let output = try await render(CollectionInput(title: "Nothing", documents: []), as: "empty")
        #expect(try pdfText(output.pdf).contains("No document matches."))
        #expect(String(decoding: output.html, as: UTF8.self).contains("No document matches."))
        #expect(try pageCount(output.pdf) == 3)
    }

    @Test func oneDocumentIsAReport() async throws {
        let input = CollectionInput(title: "One", documents: [SampleCollection.document(1, sum: 1_250)])
        let output = try await render(input, as: "one")
        #expect(try pdfText(output.pdf).contains("1 document received on 2026-11-25"))
    }

    @Test func twoHundredDocumentsAreAllInTheTableAndSomeHaveAPage() async throws {
        let documents = (0..<200).map {
            SampleCollection.document($0, sum: 100 * $0 + 1, date: CivilDate(daysSinceEpoch: 15_000 + $0 * 29).iso)
        }
        let output = try await render(
            CollectionInput(title: "Many", documents: documents, hasMore: true), as: "many",
            with: try renderer(documentPages: 20))
        let text = try pdfText(output.pdf)
        #expect(text.contains("20 of 200 documents have a page of their own"))
        #expect(text.contains("More documents match than the query's limit of 200"))
        #expect(text.contains("document-199.pdf"))
        // 2 of figures, 1 chart, 15 of tables (14 rows each), 20 documents, notes.
        #expect(try pageCount(output.pdf) == 39)
        #expect(output.html.count < 2_000_000)
    }

    @Test func equalInputGivesEqualBytes() async throws {
        var input = SampleCollection.mixed()
        input.documents = Array(input.documents.prefix(4))
        let picture = try #require(Picture(SamplePicture.png(width: 60, height: 80), limit: 1 << 20))
        let first = try await render(input, pictures: [input.documents[0].id: picture])
        try await Task.sleep(for: .seconds(1.1))
        let second = try await render(input, pictures: [input.documents[0].id: picture])
        #expect(first.pdf == second.pdf)
        #expect(first.html == second.html)
        let version = try TemplateSet().version
        #expect(try input.reportID(templateVersion: version) == input.reportID(templateVersion: version))
        var other = input
        other.documents[0].name += "x"
        #expect(try input.reportID(templateVersion: version) != other.reportID(templateVersion: version))
    }

    // MARK: Hostile input

    static let hostile = [
        #"\input{/etc/passwd}"#, #"\write18{touch /tmp/owned}"#, #"\immediate\openout1=x \end{document}"#,
        "100% of $x$ & #1",
        "{{{title}}} <<title>> {{> collection.css}}", "</script><script>alert(1)</script>",
        #""><img src=x onerror=alert(1)>"#,
        "' onmouseover='alert(1)", "--><style>*{display:none}</style>", "]]> <!-- <![CDATA[", "a^^5cb ~ _x_ |y|",
        "[10cm] *{x}", "fi ffl -- --- ,, `` ''",
    ]

    @Test func whatDocumentsContainIsShownAndNeverInterpreted() async throws {
        let documents = Self.hostile.enumerated().map { number, text in
            var document = SampleCollection.document(number, name: text, type: text, language: text)
            document.mediaType = text
            document.entities = [.init(kind: "identifier", text: text), .init(kind: "url", text: text)]
            document.steps = [.init(name: text, seconds: 1)]
            document.excerpt = text
            document.principal = .init(hundredths: 100, currency: text)
            document.outcome = .partial
            document.failures = [.init(step: text, code: text, message: text)]
            return document
        }
        let title = Self.hostile.joined(separator: " ").prefix(80)
        let output = try await render(
            CollectionInput(title: String(title), conditions: Self.hostile, documents: documents), as: "hostile")
        let text = try pdfText(output.pdf).filter { !$0.isWhitespace }
        for hostile in Self.hostile {
            #expect(text.contains(hostile.filter { !$0.isWhitespace }), "\(hostile)")
        }
        #expect(!text.contains("root:x:0"))
        let html = String(decoding: output.html, as: UTF8.self)
        #expect(try HTMLElements.names(in: html).isSubset(of: HTMLElements.ofTemplates))
        for tag in try HTMLElements.tags(in: html) {
            #expect(!tag.replacing(/"[^"]*"/, with: "").contains(/\son[a-z]+/), "\(tag.prefix(200))")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/owned"))
    }

    @Test func textOutsideTheFontsHasItsPlaceInPDFAndIsWholeInHTML() async throws {
        let names = [
            "نص عربي.pdf", "\u{202E}fdp.exe", "日本語の文書.pdf", "😀🎉 party 👨‍👩‍👧.pdf", "nul\u{0}and\u{7}bell.pdf",
            "Ψηφιακή υπογραφή.pdf", "Договор № 5.pdf", "Zażółć gęślą jaźń ß Œ ÿ.pdf",
            "x" + String(repeating: "\u{301}", count: 5_000),
            String(repeating: "W", count: 10_240), "עברית ไทย 한국어",
        ]
        let documents = names.enumerated().map { SampleCollection.document($0, name: $1) }
        let output = try await render(CollectionInput(title: "Letters", documents: documents), as: "letters")
        let text = try pdfText(output.pdf)
        for expected in [
            "Arabic 2", "Han", "emoji", "U+0000", "U+202E", "Dogovor No. 5.pdf", "Zażółć gęślą jaźń ß Œ ÿ.pdf",
            "Hangul 3",
        ] {
            #expect(text.contains(expected), "\(expected)")
        }
        let html = String(decoding: output.html, as: UTF8.self)
        #expect(html.contains("日本語の文書.pdf"))
        #expect(html.contains("nul[U+0000]and[U+0007]bell.pdf"))
        #expect(!html.unicodeScalars.contains("\u{202E}") && !html.utf8.contains(0))
    }

    /// Every character said to be in the fonts or in mathematics' alphabet, through TeX and back.
    @Test func everyCharacterTheEscapingPassesOnIsTypeset() async throws {
        let scalars = (UInt32(0xA1)...0xFFFF).compactMap(Unicode.Scalar.init)
            .filter { !LaTeXText().escapeText(String(Character($0))).contains("unprintable") }
        let lines = stride(from: 0, to: scalars.count, by: 40).map { start in
            String(String.UnicodeScalarView(scalars[start..<min(start + 40, scalars.count)]))
        }
        let documents = lines.enumerated().map { number, line in
            var document = SampleCollection.document(number)
            document.excerpt = line
            return document
        }
        let output = try await render(CollectionInput(title: "Characters", documents: documents), as: "characters")
        let text = try pdfText(output.pdf)
        // Not ș, ², ≠, …: TeX sets them of pieces, or the font names them so that pdftotext gives `s,`, `2`, `...`.
        for character in "ÀéîõüÿĀőŁłŚŒß€£¥§©®°±µ¼×÷ƒ–—‘’“”†‡•‰™αβγΩ≤≥∞→" {
            #expect(text.contains(character), "\(character)")
        }
    }

    @Test func aPictureThatBreaksTeXCostsOnlyItself() async throws {
        // Whole chunks, but pixels that are no zlib stream, with an alpha channel so that pdfTeX decodes them.
        let broken = SamplePicture.png(width: 50, height: 50, colorType: 6, pixels: [1, 2, 3, 4, 5])
        let input = CollectionInput(
            title: "Pictures", documents: (0..<3).map { SampleCollection.document($0) })
        let pictures = [
            input.documents[0].id: try #require(Picture(SamplePicture.png(width: 40, height: 40), limit: 1 << 20)),
            input.documents[1].id: try #require(Picture(broken, limit: 1 << 20)),
        ]
        let output = try await render(input, pictures: pictures, as: "pictures")
        #expect(try Command.run("pdfimages", "-list", file(output.pdf)).split(separator: "\n").count == 3)
    }
}
