package import ServiceAPI

/// Why a document or a page was not read.
///
/// Travels from the reading process to the service as JSON.
package struct RecognitionError: Error, Codable, Sendable, Equatable {
    package var code: Code
    package var message: String
    /// The request's field that is at fault, where one is.
    package var field: String?

    package init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    /// The fault lies with the request or with the service, so that no other page could fare better.
    var concernsEveryPage: Bool {
        [.invalidRequest, .languageMissing, .engineUnavailable, .storageUnavailable, .saturated].contains(code)
    }

    /// An open list: clients must expect codes they do not know.
    package struct Code: RawRepresentable, Codable, Sendable, Hashable {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let invalidRequest = Self(rawValue: "invalid_request")
        package static let emptyDocument = Self(rawValue: "empty_document")
        package static let unsupportedType = Self(rawValue: "unsupported_media_type")
        package static let passwordRequired = Self(rawValue: "password_required")
        package static let passwordWrong = Self(rawValue: "password_wrong")
        package static let documentDamaged = Self(rawValue: "document_damaged")
        package static let pageDamaged = Self(rawValue: "page_damaged")
        package static let languageMissing = Self(rawValue: "language_not_installed")
        package static let documentLimit = Self(rawValue: "document_limit_exceeded")
        package static let pageLimit = Self(rawValue: "page_limit_exceeded")
        package static let pixelLimit = Self(rawValue: "pixel_limit_exceeded")
        package static let memoryLimit = Self(rawValue: "memory_limit_exceeded")
        package static let timeLimit = Self(rawValue: "time_limit_exceeded")
        /// The reading process crashed on this document.
        package static let readerDied = Self(rawValue: "reader_died")
        /// The reading process cannot be started: the operator's to mend.
        package static let engineUnavailable = Self(rawValue: "engine_unavailable")
        package static let storageUnavailable = Self(rawValue: "storage_unavailable")
        /// Too many documents wait already.
        package static let saturated = Self(rawValue: "saturated")
    }
}

extension RecognitionError: APIErrorConvertible {
    package var apiError: APIError {
        let status =
            switch code {
            case .invalidRequest: 400
            case .unsupportedType: 415
            case .documentLimit, .pageLimit, .pixelLimit: 413
            case .saturated, .engineUnavailable, .storageUnavailable: 503
            default: 422
            }
        return APIError(
            status: status, code: code.rawValue, message: message, field: field,
            retryAfter: status == 503 ? .seconds(1) : nil)
    }
}
