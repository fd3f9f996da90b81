import NIOCore
import ServiceAPI

/// What is to become PDF.
struct ConversionSource: Sendable {
    /// SHA-256 of the bytes, under which they are stored.
    var digest: String
    var format: DocumentFormat

    /// The bytes to convert and a file name that tells their format.
    ///
    /// Pages and text are rebuilt first, so that no converter fetches what they name.
    func prepared(from content: ContentStore) async throws -> (bytes: ByteBuffer, name: String) {
        let bytes = try await content.read(digest)
        switch format {
        case .html, .text:
            guard let text = PlainText(Array(bytes.readableBytesView))?.text else {
                throw FeatureStoreError(.damagedDocument, "the text holds control characters")
            }
            let page = format == .html ? HTMLSanitizer.sanitize(text) : HTMLSanitizer.page(text: text)
            return (ByteBuffer(string: page), "document.html")
        default:
            return (bytes, "document." + format.fileExtension)
        }
    }
}

/// Makes PDF of office documents, pages and text.
protocol DocumentConverter: Sendable {
    /// - Parameter limit: most bytes of the PDF.
    /// - Returns: the PDF, not yet in the store, and what made it.
    func convert(
        _ source: ConversionSource, into content: ContentStore, limit: Int
    ) async throws -> (pdf: IncomingFile.Content, versions: [String: String])
}

/// Stands where no converter is configured.
struct MissingConverter: DocumentConverter {
    func convert(
        _ source: ConversionSource, into content: ContentStore, limit: Int
    ) async throws -> (pdf: IncomingFile.Content, versions: [String: String]) {
        throw StepFailure.Wrapped(
            StepFailure(
                .permanent, code: FeatureStoreError.Code.conversionUnavailable.description,
                message: "\(source.format.mediaType) needs a converter: set conversion.gotenberg_url, or install "
                    + "LibreOffice and set conversion.libreoffice to its soffice.bin; then retry the document"))
    }
}
