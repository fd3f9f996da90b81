import DocumentRecognition
import NIOCore
import ServiceAPI
import Testing

/// What the service says to input that is wrong, broken or meant to do harm; afterwards it still works.
@Suite struct HostileInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var bytes: @Sendable () throws -> ByteBuffer
        var type: String? = "application/octet-stream"
        var query = ""
        var status: ClosedRange<Int>
        var code: String?
        /// What the message must name.
        var naming = ""

        var testDescription: String { name }
    }

    private static func text(_ text: String) -> @Sendable () -> ByteBuffer { { ByteBuffer(string: text) } }
    private static func file(_ name: String) -> @Sendable () throws -> ByteBuffer { { try Fixture.bytes(name) } }

    static let requests: [Case] = [
        Case(name: "empty", bytes: text(""), status: 422...422, code: "empty_document", naming: "empty"),
        Case(name: "empty JSON", bytes: text(""), type: "application/json", status: 400...422),
        Case(name: "plain text", bytes: text("Hello"), status: 415...415, code: "unsupported_media_type"),
        Case(name: "a zip file", bytes: text("PK\u{3}\u{4}aaaaaaaa"), status: 415...415, naming: "application/pdf"),
        Case(
            name: "Content-Type of a page", bytes: file("text.pdf"), type: "text/html", status: 415...415,
            naming: "text/html"),
        Case(
            name: "Content-Type of another kind", bytes: file("text.pdf"), type: "image/png", status: 415...415,
            naming: "application/pdf"),
        Case(name: "unknown parameter", bytes: file("text.pdf"), query: "?page=1", status: 400...400, naming: "page"),
        Case(name: "senseless pages", bytes: file("text.pdf"), query: "?pages=2-1", status: 400...400, naming: "pages"),
        Case(name: "pages beyond", bytes: file("text.pdf"), query: "?pages=7", status: 400...400, naming: "2 pages"),
        Case(
            name: "senseless method", bytes: file("text.pdf"), query: "?method=x", status: 400...400, naming: "method"),
        Case(
            name: "huge preview", bytes: file("text.pdf"), query: "?preview_width=99999", status: 400...400,
            naming: "2000"),
        Case(
            name: "languages as a path", bytes: file("text.pdf"), query: "?languages=../x", status: 400...400,
            naming: "languages"),
        Case(name: "not JSON", bytes: text("{"), type: "application/json", status: 400...400),
        Case(
            name: "deep JSON", bytes: text(String(repeating: "[", count: 100_000)), type: "application/json",
            status: 400...422),
        Case(name: "no content", bytes: text("{}"), type: "application/json", status: 422...422, naming: "content"),
        Case(
            name: "content that is not base64", bytes: text(#"{"content":"*"}"#), type: "application/json",
            status: 422...422, naming: "content"),
        Case(
            name: "content of a wrong type", bytes: text(#"{"content":{"a":1}}"#), type: "application/json",
            status: 422...422, naming: "content"),
        Case(
            name: "NUL in the password", bytes: text(#"{"content":"JVBERi0xLjQ=","password":"a\u0000b"}"#),
            type: "application/json", status: 400...400, naming: "password"),
        Case(
            name: "lone surrogate", bytes: text(#"{"content":"JVBERi0xLjQ=","name":"\ud800"}"#),
            type: "application/json", status: 400...422),
        Case(
            name: "encrypted", bytes: file("enc-R3-V2-user-view-owner-master.pdf"), status: 422...422,
            code: "password_required", naming: "password"),
        Case(
            name: "10,000 pages", bytes: { PDFWriter.document(Array(repeating: .init(), count: 10_000)) },
            status: 413...413, code: "page_limit_exceeded", naming: "limit.pages"),
        Case(
            name: "100,000 x 100,000 pixels", bytes: { HostileFile.png(width: 100_000, height: 100_000) },
            status: 413...413, code: "pixel_limit_exceeded", naming: "limit.pixels"),
        Case(
            name: "PNG of no pixels", bytes: { HostileFile.png(width: 0, height: 0) }, status: 422...422,
            code: "document_damaged"),
        Case(
            name: "TIFF of many pixels", bytes: { HostileFile.tiff(width: 60_000, height: 60_000, next: 0) },
            status: 413...413, code: "pixel_limit_exceeded"),
        Case(
            name: "TIFF with a cycle", bytes: { HostileFile.tiff(next: 8) }, status: 422...422,
            code: "document_damaged", naming: "cycle"),
        Case(
            name: "TIFF that leads outside", bytes: { HostileFile.tiff(next: 0x7FFF_FFFF) }, status: 422...422,
            code: "document_damaged", naming: "outside"),
        Case(
            name: "over the document limit",
            bytes: { ByteBuffer(string: "%PDF-1.7" + String(repeating: " ", count: 16_000_000)) },
            status: 413...413, code: "document_limit_exceeded", naming: "limit.document"),
    ]

    @Test func wrongRequestsAreRefusedWithTheirReason() async throws {
        try await RunningService.run(["--limit-document", "16MB"]) { service in
            for request in Self.requests {
                let answer = try await service.post(request.bytes(), type: request.type, query: request.query)
                #expect(request.status.contains(answer.status), "\(request.name): \(answer.status)")
                let error = try answer.decoded(RunningService.Answer.Failure.self).error
                if let code = request.code { #expect(error.code == code, "\(request.name)") }
                #expect(error.message.contains(request.naming), "\(request.name): \(error.message)")
            }
            try await stillWorks(service)
        }
    }

    /// `nil`: refused with 422; otherwise the text of the first page after repair.
    @Test func damagedDocumentsAreRepairedOrRefused() async throws {
        let outcomes: [(String, String?)] = [
            ("bad1", nil), ("bad2", "Potato"), ("xref-errors", "Potato"), ("pages-loop", "Potato"), ("issue-100", nil),
            ("broken-lzw", ""), ("eof-in-inline-image", "Potato"), ("leading-junk", "Potato 0"),
            ("helloworld-bad", "Hello, world!"), ("poppler-85140-0", nil),
        ]
        try await RunningService.run { service in
            for (name, text) in outcomes {
                let answer = try await service.post(Fixture.bytes("bad/\(name).pdf"), query: "?pages=1")
                if let text {
                    #expect(answer.status == 200, "\(name): \(String(buffer: answer.body).prefix(300))")
                    #expect(try answer.decoded(RecognizedDocument.self).pages[0].text == text, "\(name)")
                } else {
                    #expect([415, 422].contains(answer.status), "\(name)")
                }
            }
            // The header of a PDF directly followed by its end.
            let bare = try await service.post(ByteBuffer(string: "%PDF-1.6\n%\u{E2}\u{E3}\u{CF}\u{D3}\n%%EOF\n"))
            #expect(bare.status == 422)
            try await stillWorks(service)
        }
    }

    @Test func truncatedFilesAreRefused() async throws {
        let names = [
            "phototest-inverted.png", "phototest-exif6.jpg", "phototest.tif", "phototest.webp", "ocr_test.pdf",
        ]
        try await RunningService.run { service in
            for name in names {
                let whole = try Fixture.bytes(name)
                for share in [0.02, 0.5, 0.95] {
                    let part = ByteBuffer(whole.readableBytesView.prefix(Int(Double(whole.readableBytes) * share)))
                    let answer = try await service.post(part)
                    // A PDF may be repaired; its page is then whole, empty or refused.
                    let allowed = name.hasSuffix("pdf") ? [200, 422] : [422]
                    #expect(allowed.contains(answer.status), "\(name) cut to \(share): \(answer.status)")
                }
            }
            try await stillWorks(service)
        }
    }

    @Test func noiseAfterAMagicNumberIsRefused() async throws {
        let magics: [[UInt8]] = [
            Array("%PDF-1.7\n".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0],
            [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0, 8, 0, 0, 0],
            Array("RIFFaaaaWEBPVP8 ".utf8),
            Array("RIFFaaaaWEBPVP8L".utf8), Array("RIFFaaaaWEBPVP8X".utf8),
        ]
        try await RunningService.run { service in
            for magic in magics {
                for seed in UInt64(1)...4 {
                    let answer = try await service.post(HostileFile.noise(after: magic, seed: seed))
                    #expect([413, 422].contains(answer.status), "\(magic) seed \(seed): \(answer.status)")
                }
            }
            try await stillWorks(service)
        }
    }

    @Test func aPageOfAnyAreaIsReadWithinThePixelLimit() async throws {
        // 200 inches a side is the most that PDF allows: 3.6 thousand million pixels at 300 dpi.
        let page = PDFWriter.Page(
            width: 14_400, height: 14_400, runs: [.init(text: "Enormous letters", x: 500, y: 7000, size: 1500)])
        let read = try await Reader.run(["--limit-pixels", "1000000"]) {
            try await $0.read(PDFWriter.document([page]), method: .ocr)
        }.pages[0]
        #expect(read.error == nil)
        #expect((read.width, read.height) == (14_400, 14_400))
        #expect(read.text.contains("Enormous"))
    }

    private func stillWorks(_ service: RunningService) async throws {
        #expect(try await service.get("/health/live").status == 200)
        let good = try await service.post(Fixture.bytes("text.pdf"), query: "?pages=1")
        #expect(good.status == 200)
    }
}
