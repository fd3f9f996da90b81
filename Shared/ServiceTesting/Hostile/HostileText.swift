extension HostileInput {
    private static func json(_ name: String, _ text: String) -> HostileInput {
        HostileInput(name, "application/json", Array(text.utf8))
    }

    package static let truncatedJSON = json("truncated JSON", #"{"text":"so far so g"#)

    package static func deepArrays(_ depth: Int) -> HostileInput {
        json("\(depth) arrays deep", String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    }

    package static func deepObjects(_ depth: Int) -> HostileInput {
        json(
            "\(depth) objects deep",
            String(repeating: #"{"text":"#, count: depth) + "0" + String(repeating: "}", count: depth))
    }

    package static let nulInText = json("NUL in a text", #"{"text":"before\u0000after"}"#)

    /// A high surrogate without its low one: valid by JSON's grammar, but no Unicode text.
    package static let loneSurrogate = json("lone surrogate, escaped", #"{"text":"before\ud800after"}"#)

    /// The same as the three bytes that CESU-8 would write.
    package static let loneSurrogateBytes = HostileInput(
        "lone surrogate, as bytes", "application/json",
        Array(#"{"text":"before"#.utf8) + [0xED, 0xA0, 0x80] + Array(#"after"}"#.utf8))

    package static let invalidUTF8 = HostileInput(
        "invalid UTF-8", "application/json", Array(#"{"text":""#.utf8) + [0xFF, 0xFE, 0xC0, 0x80] + Array(#""}"#.utf8))

    package static let wrongJSONType = json("a number where a text belongs", #"{"text":12,"documents":"none"}"#)

    package static let hugeNumber = json(
        "a number beyond every type", #"{"text":1e99999,"limit":123456789012345678901234567890}"#)

    package static let duplicateKeys = json("a key twice", #"{"text":"first","text":"second"}"#)

    package static let textAsPDF = HostileInput(
        "text that claims to be a PDF", "application/pdf", Array("This is no PDF at all.\n".utf8))

    /// The head of an ELF executable.
    package static let executable = HostileInput(
        "an executable", "application/pdf",
        [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 504))
}

// MARK: Random bytes

extension HostileInput {
    /// The first bytes of each format a service recognises by them.
    private static let magicNumbers: [(String, String, [UInt8])] = [
        ("PDF", "application/pdf", Array("%PDF-1.7\n".utf8)),
        ("PNG", "image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        ("JPEG", "image/jpeg", [0xFF, 0xD8, 0xFF, 0xE0]),
        ("little-endian TIFF", "image/tiff", [0x49, 0x49, 0x2A, 0x00]),
        ("big-endian TIFF", "image/tiff", [0x4D, 0x4D, 0x00, 0x2A]),
        ("big TIFF", "image/tiff", [0x49, 0x49, 0x2B, 0x00, 8, 0, 0, 0]),
        ("WebP", "image/webp", Array("RIFF".utf8) + [0xF8, 0x0F, 0, 0] + Array("WEBPVP8 ".utf8)),
        ("GIF", "image/gif", Array("GIF89a".utf8)),
        ("BMP", "image/bmp", Array("BM".utf8)),
        ("JPEG 2000", "image/jp2", [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]),
        (
            "DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            [0x50, 0x4B, 0x03, 0x04]
        ),
        ("old Word", "application/msword", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ("RTF", "application/rtf", Array("{\\rtf1".utf8)),
        ("HTML", "text/html", Array("<!DOCTYPE html><html>".utf8)),
        ("gzip", "application/gzip", [0x1F, 0x8B, 8, 0]),
    ]

    /// Each magic number with 4 KiB of noise behind it.
    package static func randomWithMagic(seed: UInt64) -> [HostileInput] {
        var random = SplitMix64(state: seed)
        return magicNumbers.map { name, contentType, magic in
            let noise = (0..<4096).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            return HostileInput("noise that begins like \(name) (seed \(seed))", contentType, magic + noise)
        }
    }
}

/// A generator that gives the same numbers for a seed everywhere. https://prng.di.unimi.it/splitmix64.c
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
