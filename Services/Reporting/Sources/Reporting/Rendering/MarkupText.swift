import Mustache

/// Escapes text for HTML and SVG, both between tags and inside quoted attributes.
package struct MarkupText: MustacheContentType {
    package static let name = "MARKUP"

    package init() {}

    package func escapeText(_ text: String) -> String {
        if text.utf8.allSatisfy(Self.isPlain) { return text }
        var output = ""
        output.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch ScalarClass(scalar) {
            case .space: output.unicodeScalars.append(" ")
            case .invisible: break
            case .control: output += "[\(scalar.notation)]"
            case .printable:
                switch scalar {
                case "&": output += "&amp;"
                case "<": output += "&lt;"
                case ">": output += "&gt;"
                case "\"": output += "&quot;"
                case "'": output += "&#39;"
                case "`": output += "&#96;"
                default: output.unicodeScalars.append(scalar)
                }
            }
        }
        return output
    }

    /// Letters, digits and what Base64 and coordinates need: a quick way through for pictures.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "+")...UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
