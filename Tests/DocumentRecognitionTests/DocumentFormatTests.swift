import DocumentRecognition
import NIOCore
import Testing

@Suite struct DocumentFormatTests {
    @Test(arguments: [
        ("two-pages.tif", DocumentFormat.tiff), ("phototest.webp", .webp), ("phototest-exif6.jpg", .jpeg),
        ("phototest-inverted.png", .png), ("text.pdf", .pdf), ("bad/leading-junk.pdf", .pdf),
    ])
    func realFilesAreKnown(name: String, format: DocumentFormat) throws {
        #expect(DocumentFormat(sniffing: try Fixture.bytes(name).readableBytesView) == format)
    }

    @Test func otherBytesAreUnknown() {
        for text in [
            "", "P", "RIFF", "RIFF1234WAVE", "\u{89}PNG", "II*", "<html>",
            String(repeating: "x", count: 2000) + "%PDF-1.4",
        ] {
            #expect(DocumentFormat(sniffing: Array(text.utf8)) == nil, "\(text.prefix(20))")
        }
    }
}
