/// What a caller is told when a request fails; ServiceHost turns it into HTTP, clients turn HTTP into it.
package struct APIError: Error, Sendable, Equatable, CustomStringConvertible {
    /// HTTP status, 400 to 599.
    package var status: Int
    /// Stable machine-readable name in snake_case, `document_encrypted`.
    package var code: String
    /// What is wrong and what to do, naming the field, file or limit.
    package var message: String
    /// The request's field at fault, as a path: `inputs[3]`.
    package var field: String?
    /// When to try again; sent as `Retry-After`.
    package var retryAfter: Duration?

    package init(
        status: Int, code: String, message: String, field: String? = nil, retryAfter: Duration? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var description: String {
        "\(status) \(code): \(message)" + (field.map { " (field \($0))" } ?? "")
    }

    package static func badRequest(_ message: String, field: String? = nil) -> APIError {
        APIError(status: 400, code: "bad_request", message: message, field: field)
    }

    package static func notFound(_ message: String) -> APIError {
        APIError(status: 404, code: "not_found", message: message)
    }

    package static func tooLarge(_ message: String, field: String? = nil) -> APIError {
        APIError(status: 413, code: "too_large", message: message, field: field)
    }

    package static func unsupportedType(_ message: String) -> APIError {
        APIError(status: 415, code: "unsupported_media_type", message: message)
    }

    package static func invalid(_ message: String, field: String? = nil) -> APIError {
        APIError(status: 422, code: "invalid", message: message, field: field)
    }

    package static func overloaded(_ message: String, retryAfter: Duration = .seconds(1)) -> APIError {
        APIError(status: 503, code: "overloaded", message: message, retryAfter: retryAfter)
    }
}

/// An error of a module that a caller may see.
package protocol APIErrorConvertible: Error {
    var apiError: APIError { get }
}

extension APIError: APIErrorConvertible {
    package var apiError: APIError { self }
}
