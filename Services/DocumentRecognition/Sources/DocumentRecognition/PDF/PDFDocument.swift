import CPDFium

/// An open PDF file.
///
/// PDFium is not thread-safe: one process uses it from one thread.
final class PDFDocument {
    let raw: FPDF_DOCUMENT

    /// Pages as the page tree counts them.
    var pageCount: Int { Int(FPDF_GetPageCount(raw)) }

    /// The library does not say its version; `deploy/setup` writes it beside it.
    static let libraryVersion = PDFIUM_VERSION

    private static let library: Void = FPDF_InitLibrary()

    /// - Throws: `password_required`, `password_wrong` or `document_damaged`.
    init(path: String, password: String?) throws(RecognitionError) {
        _ = Self.library
        guard let raw = FPDF_LoadDocument(path, password) else {
            throw Self.failure(code: FPDF_GetLastError(), hadPassword: password != nil)
        }
        self.raw = raw
    }

    deinit { FPDF_CloseDocument(raw) }

    private static func failure(code: UInt, hadPassword: Bool) -> RecognitionError {
        switch Int(code) {
        case FPDF_ERR_PASSWORD where hadPassword:
            RecognitionError(
                .passwordWrong, "password: the PDF is encrypted and this password does not open it", field: "password")
        case FPDF_ERR_PASSWORD:
            RecognitionError(.passwordRequired, "the PDF is encrypted: give its password", field: "password")
        case FPDF_ERR_SECURITY:
            RecognitionError(.documentDamaged, "the PDF is encrypted in a way that is not supported")
        default:
            RecognitionError(.documentDamaged, "the PDF is damaged: no document structure could be found in it")
        }
    }
}
