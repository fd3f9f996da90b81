/// The tags of a page, read as a browser reads them: from `<` and a letter or `/` to `>`, quoted attributes skipped.
enum HTMLElements {
    static let ofTemplates: Set = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "dl", "dt", "dd",
        "div",
        "section", "svg", "g", "text", "tspan", "rect", "line", "table", "thead", "tbody", "tr", "th", "td", "article",
        "img",
        "bdi", "span", "footer",
    ]

    struct Unclosed: Error {}

    static func tags(in html: String) throws -> [String] {
        var tags: [String] = []
        let bytes = Array(html.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            var end = index + 1
            var quote: UInt8?
            while end < bytes.count, quote != nil || bytes[end] != UInt8(ascii: ">") {
                if let open = quote {
                    if bytes[end] == open { quote = nil }
                } else if bytes[end] == UInt8(ascii: "\"") || bytes[end] == UInt8(ascii: "'") {
                    quote = bytes[end]
                }
                end += 1
            }
            guard end < bytes.count else { throw Unclosed() }
            tags.append(String(decoding: bytes[index...end], as: UTF8.self))
            index = end + 1
        }
        return tags
    }

    static func names(in html: String) throws -> Set<String> {
        Set(
            try tags(in: html).map { tag in
                tag.dropFirst().drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }.lowercased()
            })
    }
}
