/// Rebuilds a page from its text and its structure alone.
///
/// What comes out consists of the tags listed here without attributes (apart from the spans of table cells) and of
/// text without `<`, so nothing in it can name an address to be fetched or a script to be run, whatever came in.
package enum HTMLSanitizer {
    package static func sanitize(_ html: String) -> String {
        var scanner = Scanner(Array(html.utf8))
        return page(scanner.run())
    }

    /// Plain text as a page that keeps its lines.
    package static func page(text: String) -> String {
        var body: [UInt8] = Array("<pre>".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): body += Array("&lt;".utf8)
            case UInt8(ascii: "&"): body += Array("&amp;".utf8)
            default: body.append(byte)
            }
        }
        return page(body + Array("</pre>".utf8))
    }

    private static func page(_ body: [UInt8]) -> String {
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n"
            + String(decoding: body, as: UTF8.self) + "\n</body></html>\n"
    }

    private static let kept: Set<String> = [
        "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
        "dd",
        "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "i", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section",
        "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
        "u", "ul", "var",
    ]

    /// Elements whose content is not text of the page.
    private static let dropped: Set<String> = [
        "applet", "audio", "canvas", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "object",
        "script", "style", "svg", "template", "title", "video",
    ]

    private static let spans: Set<String> = ["colspan", "rowspan"]

    private struct Scanner {
        private let bytes: [UInt8]
        private var index = 0
        private var output: [UInt8] = []

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func run() -> [UInt8] {
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "<"), markup() { continue }
                switch byte {
                case UInt8(ascii: "<"): output += Array("&lt;".utf8)
                case 0: break
                default: output.append(byte)
                }
                index += 1
            }
            return output
        }

        /// Takes a comment, declaration or tag; false where `<` is only a character.
        private mutating func markup() -> Bool {
            guard index + 1 < bytes.count else { return false }
            if matches("<!--") {
                skip(past: "-->", from: index + 4)
                return true
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "!"), UInt8(ascii: "?"):
                skip(past: ">", from: index + 2)
                return true
            case UInt8(ascii: "/"):
                guard index + 2 < bytes.count, isLetter(bytes[index + 2]) else { return false }
                index += 2
                let name = tagName()
                _ = attributes()
                if kept.contains(name) { output += Array("</\(name)>".utf8) }
                return true
            case let byte where isLetter(byte):
                index += 1
                openTag()
                return true
            default:
                return false
            }
        }

        private mutating func openTag() {
            let name = tagName()
            let (attributes, isEmpty) = attributes()
            if kept.contains(name) {
                output += Array("<\(name)\(attributes)>".utf8)
            } else if dropped.contains(name), !isEmpty, let end = closing(name) {
                index = end
            }
        }

        private mutating func tagName() -> String {
            let start = index
            while index < bytes.count, isLetter(bytes[index]) || (0x30...0x39).contains(bytes[index]) { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
        }

        /// Skips to the end of the tag, quotes respected, and keeps the spans.
        private mutating func attributes() -> (kept: String, isEmpty: Bool) {
            var kept = ""
            var name: [UInt8] = []
            var isEmpty = false
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                switch byte {
                case UInt8(ascii: ">"):
                    return (kept, isEmpty)
                case UInt8(ascii: "="):
                    let value = attributeValue()
                    let key = String(decoding: name, as: UTF8.self).lowercased()
                    if spans.contains(key), let number = Int(value), (1...1000).contains(number) {
                        kept += " \(key)=\"\(number)\""
                    }
                    name = []
                case UInt8(ascii: "/"):
                    isEmpty = index < bytes.count && bytes[index] == UInt8(ascii: ">")
                    name = []
                case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
                    // White space may stand before the equals sign; then the name goes on being this one.
                    var next = index
                    while next < bytes.count, isSpace(bytes[next]) { next += 1 }
                    if next >= bytes.count || bytes[next] != UInt8(ascii: "=") { name = [] }
                default:
                    if name.count < 64 { name.append(byte) }
                }
            }
            return (kept, isEmpty)
        }

        private mutating func attributeValue() -> String {
            while index < bytes.count, isSpace(bytes[index]) { index += 1 }
            guard index < bytes.count else { return "" }
            let start: Int
            let quote = bytes[index]
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                index += 1
                start = index
                while index < bytes.count, bytes[index] != quote { index += 1 }
                defer { index = min(index + 1, bytes.count) }
                return String(decoding: bytes[start..<index], as: UTF8.self)
            }
            start = index
            while index < bytes.count, !isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">") { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }

        /// The end of the element's closing tag; the end of the page where there is none, as browsers have it for
        /// scripts, but nothing is dropped for `head`, whose tags are optional.
        private func closing(_ name: String) -> Int? {
            let wanted = Array("</\(name)".utf8)
            var at = index
            while at + wanted.count <= bytes.count {
                if bytes[at] == UInt8(ascii: "<"), zip(wanted, bytes[at...]).allSatisfy({ $0 == lowercased($1) }) {
                    let end = bytes[(at + wanted.count)...].firstIndex(of: UInt8(ascii: ">"))
                    return end.map { $0 + 1 } ?? bytes.count
                }
                at += 1
            }
            return name == "head" ? nil : bytes.count
        }

        private func matches(_ text: String) -> Bool {
            bytes[index...].starts(with: text.utf8)
        }

        private mutating func skip(past text: String, from start: Int) {
            let wanted = Array(text.utf8)
            var at = start
            while at + wanted.count <= bytes.count {
                if bytes[at] == wanted[0], bytes[at...].starts(with: wanted) {
                    index = at + wanted.count
                    return
                }
                at += 1
            }
            index = bytes.count
        }

        private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(lowercased(byte)) }

        private func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(byte) }

        private func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
    }
}
