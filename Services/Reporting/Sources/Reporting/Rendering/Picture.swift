package import FoundationEssentials

/// A picture from outside whose head was checked: a JPEG or PNG of sane size.
package struct Picture: Sendable, Equatable {
    package enum Format: Sendable {
        case jpeg, png

        package var fileExtension: String { self == .jpeg ? "jpg" : "png" }
        package var mediaType: String { self == .jpeg ? "image/jpeg" : "image/png" }
    }

    /// Pixels on each side at most.
    package static let sideLimit = 4_000

    package let bytes: Data
    package let format: Format
    package let width: Int
    package let height: Int

    /// - Returns: nil unless `bytes` is at most `limit` bytes of a whole-looking JPEG or PNG of 1 to `sideLimit` pixels a side.
    package init?(_ bytes: Data, limit: Int) {
        guard bytes.count <= limit else { return nil }
        // Indices from 0, whatever slice the bytes are.
        let octets = [UInt8](bytes)
        let size: (width: Int, height: Int)?
        if octets.starts(with: Self.pngSignature) {
            format = .png
            size = Self.pngSize(octets)
        } else if octets.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = .jpeg
            size = Self.jpegSize(octets)
        } else {
            return nil
        }
        guard let size, (1...Self.sideLimit).contains(size.width), (1...Self.sideLimit).contains(size.height) else {
            return nil
        }
        self.bytes = bytes
        width = size.width
        height = size.height
    }

    var dataURI: String { "data:\(format.mediaType);base64,\(bytes.base64EncodedString())" }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Walks the chunks (PNG specification, section 5): IHDR first, at least one IDAT, IEND last, no byte missing.
    private static func pngSize(_ octets: [UInt8]) -> (width: Int, height: Int)? {
        var offset = pngSignature.count
        var size: (width: Int, height: Int)?
        var hasData = false
        while offset + 12 <= octets.count {
            let length = bigEndian(octets[offset..<offset + 4])
            guard length <= octets.count - offset - 12 else { return nil }
            let type = String(decoding: octets[offset + 4..<offset + 8], as: UTF8.self)
            switch type {
            case "IHDR":
                guard offset == pngSignature.count, length == 13 else { return nil }
                size = (bigEndian(octets[offset + 8..<offset + 12]), bigEndian(octets[offset + 12..<offset + 16]))
            case "IDAT": hasData = true
            case "IEND": return hasData ? size : nil
            default: break
            }
            guard size != nil else { return nil }
            offset += length + 12
        }
        return nil
    }

    /// Walks the segments (ITU-T T.81, annex B) to the frame header of a baseline, extended or progressive picture.
    private static func jpegSize(_ octets: [UInt8]) -> (width: Int, height: Int)? {
        guard octets.suffix(2) == [0xFF, 0xD9] else { return nil }
        var offset = 2
        while offset + 4 <= octets.count {
            guard octets[offset] == 0xFF else { return nil }
            let marker = octets[offset + 1]
            if marker == 0xFF {
                offset += 1
                continue
            }
            let length = bigEndian(octets[offset + 2..<offset + 4])
            guard length >= 2, offset + 2 + length <= octets.count else { return nil }
            if (0xC0...0xC2).contains(marker) {
                guard length >= 11, octets[offset + 4] == 8, [1, 3].contains(octets[offset + 9]) else { return nil }
                return (bigEndian(octets[offset + 7..<offset + 9]), bigEndian(octets[offset + 5..<offset + 7]))
            }
            // Scan data, or a frame that browsers and TeX cannot show.
            if marker == 0xDA || (0xC3...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker) { return nil }
            offset += 2 + length
        }
        return nil
    }

    private static func bigEndian(_ octets: ArraySlice<UInt8>) -> Int { octets.reduce(0) { $0 << 8 | Int($1) } }
}
