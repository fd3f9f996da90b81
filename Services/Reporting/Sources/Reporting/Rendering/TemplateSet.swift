import Crypto
import FoundationEssentials
import Mustache

/// What a template is rendered with: strings, booleans, arrays and further objects.
package typealias TemplateObject = [String: Any]

/// The report templates: those built in, each replaceable by a file of the same name in a folder.
///
/// Every variable is escaped for the language of its template, without exception: tags that would insert text as it is,
/// change the delimiters or change the escaping are refused when a template is read.
package struct TemplateSet: Sendable {
    /// A language a template is written in, told by the file's name.
    private struct Language {
        let suffix: String
        let contentType: String
        let open: String
        let close: String
    }

    private static let fileExtension = ".mustache"

    private static let languages = [
        Language(suffix: ".tex", contentType: LaTeXText.name, open: "<<", close: ">>"),
        Language(suffix: ".html", contentType: MarkupText.name, open: "{{", close: "}}"),
        Language(suffix: ".svg", contentType: MarkupText.name, open: "{{", close: "}}"),
        Language(suffix: ".css", contentType: MarkupText.name, open: "{{", close: "}}"),
    ]

    /// Registered once: swift-mustache keeps content types in a table of the process.
    private static let registration: Void = {
        MustacheContentTypes.register(LaTeXText(), named: LaTeXText.name)
        MustacheContentTypes.register(MarkupText(), named: MarkupText.name)
    }()

    /// Digest of all templates' text, in hex.
    package let version: String
    private let sources: [String: String]
    private let library: MustacheLibrary

    /// - Parameter folder: files `<name>.mustache` in it stand in for the built-in templates of the same name.
    package init(overrides folder: String? = nil) throws {
        var sources: [String: String] = [:]
        for (file, text) in EmbeddedTemplates.text where file.hasSuffix(Self.fileExtension) {
            sources[String(file.dropLast(Self.fileExtension.count))] = text
        }
        if let folder {
            for name in sources.keys {
                let path = "\(folder)/\(name)\(Self.fileExtension)"
                guard FileManager.default.fileExists(atPath: path) else { continue }
                guard let data = FileManager.default.contents(atPath: path),
                    let text = String(validating: data, as: UTF8.self)
                else { throw ReportingError(.template, "template \(path) cannot be read as UTF-8") }
                sources[name] = text
            }
        }
        try self.init(sources: sources)
    }

    /// - Parameter sources: template text by name, `collection.tex`.
    package init(sources: [String: String]) throws {
        _ = Self.registration
        self.sources = sources
        library = try Self.library(sources)
        var hash = SHA256()
        for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Data("\(name)\0\(text.utf8.count)\0\(text)".utf8))
        }
        version = Hex.lowercase(hash.finalize().prefix(8))
    }

    package func render(_ name: String, _ object: TemplateObject) throws -> String {
        guard let text = library.render(object, withTemplate: name) else {
            throw ReportingError(.template, "there is no template \(name)")
        }
        return text
    }

    /// Where line `line` of the rendered text comes from, as `collection.tex.mustache:12`.
    ///
    /// Renders again with every template line that writes something marked; the last mark at or before the line tells.
    package func origin(ofLine line: Int, in name: String, _ object: TemplateObject) -> String? {
        var marked: [String: String] = [:]
        for (name, text) in sources {
            guard let language = Self.language(of: name) else { return nil }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            marked[name] = lines.enumerated().map { index, line in
                let content = line.drop { $0 == " " || $0 == "\t" }
                return content.hasPrefix(language.open) ? String(line) : "\u{E000}\(name):\(index + 1)\u{E001}\(line)"
            }.joined(separator: "\n")
        }
        guard let text = try? Self.library(marked).render(object, withTemplate: name) else { return nil }
        let upToLine = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(line).joined()
        guard let start = upToLine.lastIndex(of: "\u{E000}"), let end = upToLine[start...].firstIndex(of: "\u{E001}")
        else { return nil }
        let mark = upToLine[upToLine.index(after: start)..<end].split(separator: ":")
        return mark.count == 2 ? "\(mark[0]).mustache:\(mark[1])" : nil
    }

    private static func language(of name: String) -> Language? { languages.first { name.hasSuffix($0.suffix) } }

    private static func library(_ sources: [String: String]) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, text) in sources {
            guard let language = language(of: name) else {
                throw ReportingError(.template, "template \(name) has no language: its name must end in .tex, .html, …")
            }
            try refuseUnescapedTags(in: text, name: name, language)
            // The head sets escaping for the template itself: swift-mustache resets it to its own HTML in each partial.
            var head = "{{% CONTENT_TYPE: \(language.contentType)}}\n"
            if language.open != "{{" { head += "{{=\(language.open) \(language.close)=}}\n" }
            do {
                library.register(try MustacheTemplate(string: head + text), named: name)
            } catch let error as MustacheTemplate.ParserError {
                let line = error.context.lineNumber - head.split(separator: "\n").count
                throw ReportingError(.template, "template \(name).mustache:\(line): \(error.error)")
            }
        }
        return library
    }

    private static func refuseUnescapedTags(in text: String, name: String, _ language: Language) throws {
        for sign in ["{", "&", "=", "%"] {
            guard let range = text.firstRange(of: language.open + sign) else { continue }
            let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
            throw ReportingError(
                .template,
                "template \(name).mustache:\(line): the tag \(language.open)\(sign) is not allowed; all text is escaped"
            )
        }
    }
}
