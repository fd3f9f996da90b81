/// Bytes read as text: UTF-8 or UTF-16 by byte order mark, UTF-8 where it is valid, else Windows-1252.
package struct PlainText: Sendable {
    package let text: String

    /// Nil where the bytes hold control characters that no text has.
    /// - Parameter isPrefix: the last character may be cut off.
    package init?(_ bytes: [UInt8], isPrefix: Bool = false) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let high = bytes[0] == 0xFE ? 0 : 1
            var units: [UInt16] = []
            for index in stride(from: 2, to: bytes.count - 1, by: 2) {
                units.append(UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high]))
            }
            text = String(decoding: units, as: UTF16.self)
        } else {
            let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
            text = Self.utf8(body, isPrefix: isPrefix) ?? Self.windows1252(body)
        }
        guard !text.unicodeScalars.contains(where: Self.isForeign) else { return nil }
    }

    /// Whether the first thing after white space, comments and declarations is a tag that begins a page.
    package var looksLikeHTML: Bool {
        var rest = text[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("<!--"), let end = rest.firstRange(of: "-->") {
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("<?"), let end = rest.firstIndex(of: ">") {
                rest = rest[rest.index(after: end)...]
            } else {
                break
            }
        }
        let start = rest.prefix(16).lowercased()
        return ["<!doctype html", "<html", "<head", "<body"].contains { start.hasPrefix($0) }
    }

    private static func utf8(_ bytes: ArraySlice<UInt8>, isPrefix: Bool) -> String? {
        for cut in 0...(isPrefix ? 3 : 0) {
            if let text = String(validating: bytes.dropLast(cut), as: UTF8.self) { return text }
        }
        return nil
    }

    private static func windows1252(_ bytes: ArraySlice<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            let code = (0x80...0x9F).contains(byte) ? high[Int(byte) - 0x80] : UInt32(byte)
            scalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    /// Control characters apart from tab, line feed, form feed, carriage return and escape.
    private static func isForeign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1B: false
        case 0x00...0x1F, 0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D: true
        default: false
        }
    }

    /// 0x80...0x9F of Windows-1252 (WHATWG Encoding, index-windows-1252).
    private static let high: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
        0x17E, 0x178,
    ]
}
