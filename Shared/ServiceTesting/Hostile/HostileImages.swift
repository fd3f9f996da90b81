extension HostileInput {
    // MARK: PNG

    /// A grey image of 8 bits, whose pixels are what `compressed` (zlib) holds.
    private static func png(_ name: String, width: UInt32, height: UInt32, compressed: [UInt8]) -> HostileInput {
        let header = bigEndian(width) + bigEndian(height) + [8, 0, 0, 0, 0]
        return HostileInput(
            name, "image/png",
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", compressed)
                + chunk("IEND", []))
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        var checksum = CRC32()
        checksum.update(body)
        return bigEndian(UInt32(data.count)) + body + bigEndian(checksum.value)
    }

    /// Black lines of `width` pixels, each behind its filter byte.
    private static func black(width: Int, height: Int) -> [UInt8] {
        let count = height * (width + 1)
        var stream = DeflateStream()
        stream.run(of: 0, count: count)
        // zlib's header, and Adler-32 of zeros: the first sum stays 1, the second counts the bytes.
        return [0x78, 0x9C] + stream.finished() + bigEndian(UInt32(count % 65521) << 16 | 1)
    }

    /// A valid image of 64 × 64 pixels.
    package static let soundPNG = png("sound PNG", width: 64, height: 64, compressed: black(width: 64, height: 64))

    package static let truncatedPNG = truncated("truncated PNG", soundPNG)

    /// Its header promises 10¹⁰ pixels; 64 lines of 64 follow.
    package static let hugePNG = png(
        "PNG of 100,000 × 100,000 pixels", width: 100_000, height: 100_000, compressed: black(width: 64, height: 64))

    /// All of its 4 × 10⁸ pixels are there, in 400 KB.
    package static let bombPNG = png(
        "PNG that grows a thousandfold", width: 20_000, height: 20_000, compressed: black(width: 20_000, height: 20_000)
    )

    // MARK: JPEG

    /// A start of frame of 65,500 × 65,500 pixels, and no scan.
    package static let hugeJPEG = HostileInput(
        "JPEG of 65,500 × 65,500 pixels", "image/jpeg",
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]
            + [0xFF, 0xC0, 0, 11, 8, 0xFF, 0xDC, 0xFF, 0xDC, 1, 1, 0x11, 0] + [0xFF, 0xD9])

    // MARK: TIFF

    /// Black-and-white pages of 8 × 8 pixels; the directory after the last one is the one that `next` names, counted from 0.
    private static func tiff(_ name: String, pages: Int, next: Int?) -> HostileInput {
        let fields: [(tag: UInt16, type: UInt16, value: UInt32)] = [
            (256, 4, 8), (257, 4, 8), (258, 3, 1), (259, 3, 1), (262, 3, 0), (273, 4, 8), (277, 3, 1), (278, 4, 8),
            (279, 4, 8),
        ]
        let directory = 2 + fields.count * 12 + 4
        func offset(_ page: Int) -> UInt32 { UInt32(16 + page * directory) }
        var bytes: [UInt8] =
            [0x49, 0x49, 0x2A, 0] + littleEndian(offset(0)) + [0xFF, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0xFF]
        for page in 0..<pages {
            bytes += littleEndian(UInt16(fields.count))
            for field in fields {
                bytes +=
                    littleEndian(field.tag) + littleEndian(field.type) + littleEndian(UInt32(1))
                    + littleEndian(field.value)
            }
            bytes += littleEndian(page + 1 < pages ? offset(page + 1) : next.map(offset) ?? 0)
        }
        return HostileInput(name, "image/tiff", bytes)
    }

    /// Two valid pages.
    package static let soundTIFF = tiff("sound TIFF", pages: 2, next: nil)

    package static let cyclicTIFF = tiff("TIFF whose directory follows itself", pages: 1, next: 0)

    package static let twoDirectoryCycleTIFF = tiff("TIFF whose last directory leads to the first", pages: 2, next: 0)
}

func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}

func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
