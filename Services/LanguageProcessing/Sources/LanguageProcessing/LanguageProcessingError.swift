package import ServiceAPI

/// What this module refuses or cannot do: an extensible code, a message naming the field or file, and the cause.
package struct LanguageProcessingError: APIErrorConvertible, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        package let name: String
        package let status: Int

        package static let empty = Code(name: "empty", status: 400)
        package static let invalid = Code(name: "invalid", status: 422)
        package static let tooLarge = Code(name: "too_large", status: 413)
        package static let tokenizerFile = Code(name: "tokenizer_file", status: 503)
        package static let modelFile = Code(name: "model_file", status: 503)
        /// Inference does not answer, or not in time.
        package static let inferenceUnavailable = Code(name: "inference_unavailable", status: 503)
        /// Inference answered, but not with what was asked for.
        package static let inferenceFailed = Code(name: "inference_failed", status: 502)
        package static let overloaded = Code(name: "overloaded", status: 429)
    }

    package var code: Code
    package var message: String
    package var field: String?
    package var retryAfter: Duration?
    package var cause: (any Error)?

    package init(
        _ code: Code, _ message: String, field: String? = nil, retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
        self.cause = cause
    }

    package var description: String { "\(code.name): \(message)" }

    package var apiError: APIError {
        APIError(status: code.status, code: code.name, message: message, field: field, retryAfter: retryAfter)
    }
}
