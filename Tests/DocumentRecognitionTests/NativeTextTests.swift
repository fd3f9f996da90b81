import DocumentRecognition
import ServiceAPI
import ServiceHost
import Testing

/// Text that PDF files carry themselves.
@Suite struct NativeTextTests {
    @Test func anInvoiceIsReadRowByRow() async throws {
        let document = try await Reader.run { try await $0.read(Fixture.bytes("AzureInterior.pdf")) }
        let page = try #require(document.pages.first)
        #expect(page.method == .native)
        #expect(page.confidence == 1)
        #expect(document.mediaType == "application/pdf")
        let lines = page.blocks.flatMap(\.lines).map(\.text)
        #expect(lines.contains("Invoice INV/2023/03/0008"))
        #expect(lines.contains("Total $ 279.84"))
        #expect(lines.contains("Subtotal $ 262.90"))
        #expect(lines.contains { $0.hasPrefix("[FURN_7777] Office Chair 1.00 Units 70.00") })
    }

    @Test func allPagesAreReadInOrder() async throws {
        let document = try await Reader.run { try await $0.read(Fixture.bytes("multi_page.pdf")) }
        #expect(document.status == .success)
        #expect(document.pageCount == 5)
        #expect(document.pages.map(\.number) == [1, 2, 3, 4, 5])
        #expect(document.pages[0].text.hasPrefix("The Evolution of the Word Processor"))
        #expect(document.pages.allSatisfy { $0.method == .native && $0.unit == .point })
        #expect(document.engines["tesseract"]?.hasPrefix("5.") == true)
        #expect(document.engines["pdfium"]?.wholeMatch(of: /\d+\.\d+\.\d+\.\d+/) != nil)
        #expect(document.engines["document-recognition"] == suiteVersion)
    }

    @Test func boxesStandWhereTheTextIsPainted() async throws {
        // 40 points from the left, the base line 100 points below the top edge.
        let page = PDFWriter.Page(runs: [.init(text: "Hello world", x: 40, y: 742, size: 20)])
        let read = try await Reader.run { try await $0.read(PDFWriter.document([page])) }.pages[0]
        #expect((read.width, read.height) == (595, 842))
        let words = read.blocks.flatMap(\.lines).flatMap(\.words)
        #expect(words.map(\.text) == ["Hello", "world"])
        // Helvetica: "Hello" is 2.278 em wide, a space 0.278 em; letters stand between descent and ascent.
        #expect(abs(words[0].box.left - 40) < 1)
        #expect(abs(words[0].box.right - (40 + 20 * 2.278)) < 2)
        #expect(abs(words[1].box.left - (40 + 20 * (2.278 + 0.278))) < 2)
        #expect(words[0].box.top > 76 && words[0].box.top < 90)
        #expect(words[0].box.bottom >= 99 && words[0].box.bottom < 110)
    }

    @Test(arguments: [0, 90, 180, 270]) func aRotatedPageIsReadUpright(rotate: Int) async throws {
        let page = PDFWriter.Page(rotate: rotate, runs: [.init(text: "Hello", x: 40, y: 742, size: 20)])
        let read = try await Reader.run { try await $0.read(PDFWriter.document([page])) }.pages[0]
        // The file turns the page; the text would lie or hang then, so it is turned back to where it can be read.
        #expect(read.rotation == 0)
        #expect((read.width, read.height) == (595, 842))
        let word = try #require(read.blocks.first?.lines.first?.words.first)
        #expect(word.text == "Hello")
        #expect(abs(word.box.left - 40) < 1 && word.box.top > 76 && word.box.bottom < 110)
    }

    @Test(arguments: [1, 2, 3]) func textPaintedSidewaysTurnsThePage(turns: Int) async throws {
        let runs = ["First line of text", "Second line of text"].enumerated().map { index, text in
            // Lines that follow each other in their own direction of reading.
            let step = Double(index) * 30
            let (x, y) = [(0, 0), (300 + step, 300), (400, 300 + step), (300 - step, 400)][turns]
            return PDFWriter.Run(text: text, x: x, y: y, size: 12, turns: turns)
        }
        let read = try await Reader.run { try await $0.read(PDFWriter.document([.init(runs: runs)])) }.pages[0]
        // Text turned counter-clockwise stands when the page is turned clockwise as far.
        #expect(read.rotation == turns * 90)
        #expect(read.width == (turns == 2 ? 595 : 842))
        #expect(read.blocks.flatMap(\.lines).map(\.text) == ["First line of text", "Second line of text"])
        for word in read.blocks.flatMap(\.lines).flatMap(\.words) { #expect(word.box.width > word.box.height * 0.7) }
    }

    @Test func anEncryptedDocumentNeedsItsPassword() async throws {
        let bytes = try Fixture.bytes("enc-R3-V2-user-view-owner-master.pdf")
        try await Reader.run { reader in
            let missing = await #expect(throws: RecognitionError.self) { try await reader.read(bytes) }
            #expect(missing?.code == .passwordRequired)
            #expect(missing?.message.contains("password") == true)
            let wrong = await #expect(throws: RecognitionError.self) { try await reader.read(bytes, password: "no") }
            #expect(wrong?.code == .passwordWrong)
            for password in ["view", "master"] {
                let document = try await reader.read(bytes, pages: "2-3", password: password)
                #expect(document.pageCount == 30)
                #expect(document.pages.map(\.text) == ["Potato 1", "Potato 2"])
            }
        }
    }

    @Test func aPageWithoutContentIsEmptyNotAnError() async throws {
        let read = try await Reader.run { try await $0.read(PDFWriter.document([.init()])) }.pages[0]
        #expect(read.method == .native)
        #expect(read.text.isEmpty && read.blocks.isEmpty && read.error == nil && read.confidence == nil)
    }

    @Test func aPreviewShowsTheFirstSelectedPage() async throws {
        let document = try await Reader.run {
            try await $0.read(Fixture.bytes("text.pdf"), pages: "1-2", previewWidth: 120)
        }
        let preview = try #require(document.pages[0].preview)
        #expect(preview.mediaType == "image/jpeg")
        #expect(preview.width == 120)
        #expect(abs(Double(preview.height) - 120 * document.pages[0].height / document.pages[0].width) <= 1)
        // The magic number of JPEG in base64.
        #expect(preview.content.hasPrefix("/9j/"))
        #expect(document.pages[1].preview == nil)
    }
}
