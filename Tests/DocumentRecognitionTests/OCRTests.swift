import DocumentRecognition
import ServiceAPI
import Testing

/// Text read from pictures, against the truth that comes with them.
@Suite struct OCRTests {
    private func read(_ name: String, pages: String? = nil) async throws -> RecognizedDocument {
        try await Reader.run { try await $0.read(Fixture.bytes(name), pages: pages) }
    }

    /// Tesseract 5.3.0 itself reads the upright page without an error, and the pages turned by 90 and 180 degrees with 82 %.
    @Test(arguments: [
        ("phototest.tif", 0), ("phototest-rotated-180.png", 180), ("phototest-rotated-L.png", 90),
        ("phototest-rotated-R.png", 270), ("phototest-exif6.jpg", 90), ("phototest.webp", 0),
        ("phototest-inverted.png", 0), ("phototest-shadow.jpg", 0), ("phototest-skewed.png", 0),
    ])
    func thePageIsReadHoweverItLies(name: String, rotation: Int) async throws {
        let page = try await read(name).pages[0]
        #expect(page.method == .ocr)
        #expect(page.unit == .pixel)
        #expect(page.rotation == rotation)
        // 287 characters: two wrong ones are allowed to the pictures that were spoiled.
        #expect(characterErrorRate(page.text, truth: try Fixture.text("phototest.gold.txt")) < 0.01)
        #expect(try #require(page.confidence) > 0.85)
    }

    @Test func boxesOfATurnedPageAreThoseOfTheUprightOne() async throws {
        try await Reader.run { reader in
            let upright = try await reader.read(Fixture.bytes("phototest.tif")).pages[0]
            for name in ["phototest-rotated-180.png", "phototest-rotated-L.png", "phototest-exif6.jpg"] {
                let turned = try await reader.read(Fixture.bytes(name)).pages[0]
                #expect((turned.width, turned.height) == (upright.width, upright.height))
                let pairs = zip(words(of: upright), words(of: turned))
                for (a, b) in pairs where a.text == b.text {
                    // The pictures were resampled by their makers: a few pixels of 640.
                    #expect(abs(a.box.left - b.box.left) < 8 && abs(a.box.top - b.box.top) < 8, "\(name) \(a.text)")
                }
            }
        }
    }

    @Test func boxesOfASkewedPageAreThoseBeforeStraightening() async throws {
        let page = try await read("phototest-skewed.png").pages[0]
        // The picture was turned clockwise by 3 degrees, so it is straightened counter-clockwise.
        #expect(abs(page.skew + 3) < 0.3)
        let first = try #require(page.blocks.first?.lines.first?.words)
        let (start, end) = (try #require(first.first).box, try #require(first.last).box)
        // Along the first line, about 500 pixels long, the words sink by tan 3°.
        let slope = (end.middleY - start.middleY) / (end.middleX - start.middleX)
        #expect(abs(slope - 0.0524) < 0.01)
    }

    @Test func aScannedPDFIsReadInPoints() async throws {
        for name in ["ocr_test.pdf", "ocr_test_rotated_90.pdf"] {
            let page = try await read(name).pages[0]
            #expect(page.method == .ocr)
            #expect(page.dpi == 300)
            #expect(page.unit == .point)
            #expect(page.height > page.width)
            #expect(
                page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    == "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package")
            for word in words(of: page) { #expect(word.box.right <= page.width && word.box.bottom <= page.height) }
        }
    }

    @Test func anOldBooksPageIsReadAroundItsPicture() async throws {
        let text = try await read("c02-22.pdf").pages[0].text
        #expect(text.contains("We went tip-toeing along a path amongst"))
        #expect(text.contains("the trees back towards the end of the"))
    }

    @Test func everyPageOfATIFFIsRead() async throws {
        let document = try await read("two-pages.tif")
        #expect(document.pageCount == 2)
        #expect(characterErrorRate(document.pages[0].text, truth: try Fixture.text("phototest.gold.txt")) < 0.01)
        // Six languages read with the English model; Tesseract 5.3.0 itself: 0.022.
        #expect(characterErrorRate(document.pages[1].text, truth: try Fixture.text("eurotext.txt")) < 0.05)
        #expect(document.pages.map(\.width) == [640, 1024])
        let second = try await read("two-pages.tif", pages: "2")
        #expect(second.pages.map(\.number) == [2])
        #expect(second.pages[0].text == document.pages[1].text)
    }

    /// Words of the truth that are found, in receipts of which the truth is upper case.
    @Test(arguments: [("receipt-350", 0.9), ("receipt-409", 0.85)])
    func aReceiptIsRead(name: String, share: Double) async throws {
        let page = try await read("\(name).jpg").pages[0]
        let read = Set(page.text.uppercased().split(whereSeparator: \.isWhitespace))
        let truth = try Fixture.text("\(name).txt").uppercased().split(whereSeparator: \.isWhitespace)
        let found = truth.filter { read.contains($0) }
        #expect(Double(found.count) / Double(truth.count) > share)
    }

    @Test func theMethodCanBeChosen() async throws {
        try await Reader.run { reader in
            let bytes = try Fixture.bytes("text.pdf")
            let native = try await reader.read(bytes, pages: "1").pages[0]
            let ocr = try await reader.read(bytes, pages: "1", method: .ocr).pages[0]
            #expect((native.method, ocr.method) == (.native, .ocr))
            #expect(characterErrorRate(ocr.text, truth: native.text) < 0.02)
            // Both ways find the same places: within 2 points for the words they agree on.
            for (a, b) in zip(words(of: native), words(of: ocr)) where a.text == b.text {
                #expect(abs(a.box.left - b.box.left) < 2 && abs(a.box.middleY - b.box.middleY) < 4, "\(a.text)")
            }
            let scan = try await reader.read(Fixture.bytes("ocr_test.pdf"), method: .native).pages[0]
            #expect(scan.text.isEmpty)
        }
    }

    @Test func aLanguageThatIsNotInstalledIsNamed() async throws {
        let error = await #expect(throws: RecognitionError.self) {
            try await Reader.run { try await $0.read(Fixture.bytes("phototest.tif"), languages: "tlh") }
        }
        #expect(error?.code == .languageMissing)
        #expect(error?.message.contains("tlh") == true)
        #expect(error?.field == "languages")
    }

    private func words(of page: RecognizedPage) -> [TextWord] { page.blocks.flatMap(\.lines).flatMap(\.words) }
}

extension BoundingBox {
    var middleX: Double { (left + right) / 2 }
    var middleY: Double { (top + bottom) / 2 }
}
