package import ServiceAPI

extension InferenceError: APIErrorConvertible {
    package var apiError: APIError {
        APIError(status: status, code: code.name, message: message, retryAfter: retryAfter ?? usualDelay)
    }

    private var status: Int {
        switch code {
        case .forbidden: 403
        case .notFound: 404
        case .tooLarge: 413
        // The data, not the request's form, cannot be answered as asked.
        case .notRepresentable: 422
        case .rateLimited: 429
        // 503 and not 429 is what clients of Triton expect of a full queue.
        case .overloaded, .expired, .modelUnavailable, .cancelled: 503
        case .deadlineExceeded: 504
        case .engineFailed, .invalidModel, .invalidBackend: 500
        case .unsupported: 501
        default: 400
        }
    }

    private var usualDelay: Duration? {
        switch code {
        case .overloaded, .expired, .cancelled: .seconds(1)
        // Whether loading or broken: nothing changes within a second.
        case .modelUnavailable: .seconds(5)
        default: nil
        }
    }
}
