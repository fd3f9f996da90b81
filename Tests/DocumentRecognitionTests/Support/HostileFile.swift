import NIOCore

/// Files that no honest program writes.
enum HostileFile {
    /// A PNG of which the header promises more pixels than any memory holds.
    static func png(width: UInt32, height: UInt32) -> ByteBuffer {
        var header = ByteBuffer(string: "IHDR")
        header.writeInteger(width)
        header.writeInteger(height)
        header.writeBytes([8, 0, 0, 0, 0])
        var file = ByteBuffer(bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        for chunk in [
            header, ByteBuffer(bytes: Array("IDAT".utf8) + [0x78, 0x9C, 3, 0, 0, 0, 0, 1]), ByteBuffer(string: "IEND"),
        ] {
            file.writeInteger(UInt32(chunk.readableBytes - 4))
            file.writeImmutableBuffer(chunk)
            file.writeInteger(crc32(chunk.readableBytesView))
        }
        return file
    }

    /// A little-endian TIFF with one directory, which names `next` as the one after it.
    static func tiff(width: UInt32 = 8, height: UInt32 = 8, next: UInt32) -> ByteBuffer {
        var file = ByteBuffer(bytes: [0x49, 0x49, 0x2A, 0])
        file.writeInteger(UInt32(8), endianness: .little)
        // Tag, type (4: 32 bits), count, value.
        let entries: [(UInt16, UInt32)] = [
            (256, width), (257, height), (258, 1), (259, 1), (262, 0), (273, 8), (277, 1), (278, height), (279, 8),
        ]
        file.writeInteger(UInt16(entries.count), endianness: .little)
        for (tag, value) in entries {
            file.writeInteger(tag, endianness: .little)
            file.writeInteger(UInt16(4), endianness: .little)
            file.writeInteger(UInt32(1), endianness: .little)
            file.writeInteger(value, endianness: .little)
        }
        file.writeInteger(next, endianness: .little)
        file.writeBytes([UInt8](repeating: 0, count: 16))
        return file
    }

    /// A magic number followed by bytes of a fixed pseudo-random sequence.
    static func noise(after magic: [UInt8], count: Int = 4096, seed: UInt64) -> ByteBuffer {
        var state = seed
        var file = ByteBuffer(bytes: magic)
        for _ in 0..<count {
            // Knuth's MMIX generator.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            file.writeInteger(UInt8(truncatingIfNeeded: state >> 56))
        }
        return file
    }

    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
    }
}
