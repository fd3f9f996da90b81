import FoundationEssentials

/// Pictures made byte by byte.
enum SamplePicture {
    /// A PNG of a light grey ramp, or one with `pixels` as its compressed data, whatever they are.
    static func png(width: Int, height: Int, colorType: UInt8 = 0, pixels: [UInt8]? = nil) -> Data {
        var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        var head = bigEndian(width)
        head += bigEndian(height)
        head += [8, colorType, 0, 0, 0] as [UInt8]
        data += chunk("IHDR", head)
        data += chunk("IDAT", pixels ?? stored(ramp(width: width, height: height)))
        data += chunk("IEND", [])
        return data
    }

    /// The head of a JPEG of this size, with an end but hardly anything between.
    static func jpeg(width: Int, height: Int, components: UInt8 = 3, frame: UInt8 = 0xC0) -> Data {
        var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0]
        bytes += [0xFF, frame, 0, 8 + 3 * components, 8]
        bytes += bigEndian(height).suffix(2)
        bytes += bigEndian(width).suffix(2)
        bytes.append(components)
        for component in 0..<components { bytes += [component + 1, 0x11, 0] as [UInt8] }
        return Data(bytes + [0xFF, 0xDA, 0, 2, 0xFF, 0xD9])
    }

    private static func ramp(width: Int, height: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for y in 0..<height {
            bytes.append(0)
            for x in 0..<width { bytes.append(UInt8(200 + (x + y) * 50 / (width + height))) }
        }
        return bytes
    }

    /// A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let length = UInt16(block.count)
            output.append(start + 65_535 >= bytes.count ? 1 : 0)
            for value: UInt16 in [length, ~length] {
                output.append(UInt8(value & 255))
                output.append(UInt8(value >> 8))
            }
            output += block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return output + bigEndian(Int(b << 16 | a))
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        var crc: UInt32 = ~0
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let carry = crc & 1
                crc >>= 1
                if carry == 1 { crc ^= 0xEDB8_8320 }
            }
        }
        var chunk = bigEndian(content.count)
        chunk += body
        chunk += bigEndian(Int(~crc))
        return chunk
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        let bits: [Int] = [24, 16, 8, 0]
        return bits.map { (shift: Int) -> UInt8 in UInt8(truncatingIfNeeded: value >> shift) }
    }
}
