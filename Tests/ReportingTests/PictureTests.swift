import FoundationEssentials
import Reporting
import Testing

@Suite struct PictureTests {
    @Test func sizeAndFormatComeFromTheHead() throws {
        let png = try #require(Picture(SamplePicture.png(width: 30, height: 42), limit: 1 << 20))
        #expect((png.format, png.width, png.height) == (.png, 30, 42))
        let jpeg = try #require(Picture(SamplePicture.jpeg(width: 640, height: 480), limit: 1 << 20))
        #expect((jpeg.format, jpeg.width, jpeg.height) == (.jpeg, 640, 480))
    }

    @Test func whatIsNoSanePictureIsRefused() {
        let png = SamplePicture.png(width: 30, height: 42)
        let refused: [(String, Data)] = [
            ("empty", Data()),
            ("random bytes", Data((0..<200).map { (number: Int) -> UInt8 in UInt8(number * 37 % 256) })),
            ("truncated PNG", png.prefix(png.count - 5)), ("PNG signature alone", png.prefix(8)),
            ("SVG", Data("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)), ("GIF", Data("GIF89a".utf8)),
            ("huge PNG", SamplePicture.png(width: 100_000, height: 100_000, pixels: [0])),
            ("PNG without width", SamplePicture.png(width: 0, height: 5, pixels: [0])),
            ("huge JPEG", SamplePicture.jpeg(width: 65_535, height: 65_535)),
            ("CMYK JPEG", SamplePicture.jpeg(width: 10, height: 10, components: 4)),
            ("arithmetic JPEG", SamplePicture.jpeg(width: 10, height: 10, frame: 0xC9)),
            ("JPEG without end", SamplePicture.jpeg(width: 10, height: 10).dropLast()),
            ("PDF", Data("%PDF-1.4".utf8)),
        ]
        for (name, bytes) in refused { #expect(Picture(bytes, limit: 1 << 20) == nil, "\(name)") }
        #expect(Picture(png, limit: png.count - 1) == nil)
        #expect(Picture(png, limit: png.count) != nil)
    }
}
