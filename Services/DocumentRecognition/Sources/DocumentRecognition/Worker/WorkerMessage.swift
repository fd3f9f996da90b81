import ServiceAPI

/// What the service asks of a reading process.
///
/// One request, one answer.
struct WorkerRequest: Codable, Sendable {
    /// The document, in a folder that the process can read.
    var path: String
    var format: DocumentFormat
    var password: String?
    var work: Work

    enum Work: Codable, Sendable {
        /// Open the document and count its pages.
        case inspect
        /// Read one page, numbered from 1.
        case page(Int, PageOptions)
    }
}

/// How a page is read.
struct PageOptions: Codable, Sendable {
    var method: RecognitionRequest.MethodChoice
    var languages: String
    /// Pixels of the wanted picture of the page, if one is.
    var previewWidth: Int?
    var pixelLimit: Int
    /// Dots per inch at which a PDF page is rendered for OCR, unless it would exceed `pixelLimit`.
    var resolution: Int
    /// Time after which OCR of the page gives up.
    var milliseconds: Int
}

enum WorkerResponse: Codable, Sendable {
    case document(pageCount: Int, engines: [String: String])
    case page(RecognizedPage)
    case failure(RecognitionError)
}
