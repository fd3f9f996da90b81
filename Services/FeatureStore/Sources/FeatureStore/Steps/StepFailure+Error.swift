package import ServiceAPI

extension StepFailure {
    /// What an error means for trying again: the caller's fault is final, a full or missing service is waited for.
    package init(_ error: any Error) {
        switch error {
        case let error as StepFailure.Wrapped:
            self = error.failure
        case let error as ServiceError:
            self.init(error)
        case let error as any APIErrorConvertible:
            self.init(error.apiError)
        default:
            self.init(.unavailable, code: "unavailable", message: String(describing: error))
        }
    }

    package init(_ error: APIError) {
        let failureClass: FailureClass =
            switch error.status {
            case 408, 504: .timeout
            case 429: .busy
            case 502: .unavailable
            case 503: error.code == "overloaded" ? .busy : .unavailable
            case 400..<500: .permanent
            default: .fault
            }
        self.init(failureClass, code: error.code, message: error.message, retryAfter: error.retryAfter)
    }

    /// In the other service's own words, with its name.
    private init(_ error: ServiceError) {
        switch error.kind {
        case .deadlineExceeded:
            self.init(.timeout, code: "deadline_exceeded", message: error.description)
        case .unreachable:
            self.init(.unavailable, code: "unreachable", message: error.description)
        case .unreadable:
            self.init(.fault, code: FeatureStoreError.Code.invalidAnswer.description, message: error.description)
        case .refused:
            self.init(
                APIError(
                    status: error.status ?? 500, code: error.code ?? "refused",
                    message: "\(error.service): \(error.message)", retryAfter: error.retryAfter))
        }
    }

    /// A failure that is thrown as it is.
    package struct Wrapped: Error, CustomStringConvertible {
        package var failure: StepFailure

        package init(_ failure: StepFailure) {
            self.failure = failure
        }

        package var description: String { "\(failure.code): \(failure.message)" }
    }
}
