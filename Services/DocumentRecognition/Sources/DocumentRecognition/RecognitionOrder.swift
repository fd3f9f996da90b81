package import NIOCore
package import ServiceAPI

/// A document to read and how to read it, checked as far as that goes without opening it.
package struct RecognitionOrder: Sendable {
    package var name: String?
    package var content: ByteBuffer
    /// The media type that the caller gave, when it names a kind of document.
    package var statedType: String?
    package var password: String?
    package var pages: PageSelection
    package var method: RecognitionRequest.MethodChoice
    /// Nil takes the service's own.
    package var languages: String?
    package var previewWidth: Int?

    static let previewWidths = 16...2000
    private static let languageLimit = 8

    /// - Throws: `invalid_request` naming the field.
    package init(
        content: ByteBuffer, statedType: String? = nil, name: String? = nil, password: String? = nil,
        pages: String? = nil, method: RecognitionRequest.MethodChoice? = nil, languages: String? = nil,
        previewWidth: Int? = nil
    ) throws(RecognitionError) {
        self.name = name
        self.content = content
        self.statedType = statedType
        self.password = password
        self.pages = try pages.map { text throws(RecognitionError) in try PageSelection(parsing: text) } ?? .all
        self.method = method ?? .auto
        self.languages = languages
        self.previewWidth = previewWidth
        if let password, password.unicodeScalars.contains("\0") {
            throw RecognitionError(.invalidRequest, "password: must not contain NUL", field: "password")
        }
        if let languages, !Self.isLanguageList(languages) {
            throw RecognitionError(
                .invalidRequest,
                "languages: '\(languages.prefix(40))' is not a list of Tesseract languages such as eng+deu",
                field: "languages")
        }
        if let previewWidth, !Self.previewWidths.contains(previewWidth) {
            throw RecognitionError(
                .invalidRequest,
                "preview_width: must be from \(Self.previewWidths.lowerBound) to \(Self.previewWidths.upperBound) pixels",
                field: "preview_width")
        }
    }

    private static func isLanguageList(_ text: String) -> Bool {
        let names = text.split(separator: "+", omittingEmptySubsequences: false)
        return names.count <= languageLimit
            && names.allSatisfy { name in
                (2...32).contains(name.utf8.count)
                    && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x5F }
            }
    }

    /// What the bytes are.
    /// - Throws: `empty_document`, or `unsupported_media_type` when they are unknown or not what the caller says.
    func format() throws(RecognitionError) -> DocumentFormat {
        guard content.readableBytes > 0 else {
            throw RecognitionError(.emptyDocument, "the document is empty: it has no bytes", field: "content")
        }
        guard let format = DocumentFormat(sniffing: content.readableBytesView) else {
            throw RecognitionError(
                .unsupportedType,
                "the document is none of " + DocumentFormat.allCases.map(\.mediaType).joined(separator: ", ")
                    + ": no magic number of theirs is at its start")
        }
        if let statedType, statedType != format.mediaType {
            throw RecognitionError(
                .unsupportedType, "Content-Type is \(statedType), but the bytes are \(format.mediaType)")
        }
        return format
    }
}
