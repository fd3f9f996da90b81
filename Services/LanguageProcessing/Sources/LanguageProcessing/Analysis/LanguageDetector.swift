import CLD2
import ServiceAPI

/// Compact Language Detector 2: the main language of a text.
enum LanguageDetector {
    static var version: String { String(cString: quinion_cld2_version()) }

    /// Bytes looked at: more text does not change the answer.
    private static let maximumBytes = 64 << 10

    static func detect(_ text: String) -> DetectedLanguage {
        var text = text
        return text.withUTF8 { bytes in
            var count = min(bytes.count, maximumBytes)
            // Stop before a continuation byte, not inside a scalar.
            while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
            let found = bytes.withMemoryRebound(to: CChar.self) {
                quinion_detect_language($0.baseAddress, Int32(count))
            }
            let code = String(cString: found.code)
            guard found.text_bytes > 0, code != "un" else {
                return DetectedLanguage(code: "und", confidence: 0, reliable: false)
            }
            return DetectedLanguage(
                code: modern[code] ?? code, confidence: Double(found.percent) / 100, reliable: found.reliable)
        }
    }

    /// CLD2 still answers with withdrawn codes.
    private static let modern = ["iw": "he", "jw": "jv", "no": "nb", "zh": "zh-Hans", "mo": "ro", "tl": "fil"]
}
