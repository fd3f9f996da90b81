import Sandbox
package import ServiceAPI

/// What can go wrong while a report is asked for or made.
package struct ReportingError: APIErrorConvertible, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Equatable {
        package let name: String
        let status: Int

        package static let invalidRequest = Self(name: "invalid", status: 422)
        package static let notFound = Self(name: "report_not_found", status: 404)
        package static let notReady = Self(name: "report_not_ready", status: 409)
        package static let busy = Self(name: "overloaded", status: 503)
        package static let featureStore = Self(name: "feature_store_failed", status: 502)
        package static let template = Self(name: "template_invalid", status: 500)
        package static let typesetting = Self(name: "typesetting_failed", status: 500)
        package static let interrupted = Self(name: "interrupted", status: 500)
        package static let internalFailure = Self(name: "internal", status: 500)
        package static let storage = Self(name: "storage_failed", status: 500)
    }

    package var code: Code
    package var message: String
    package var field: String?
    /// Where TeX stopped: the line of the source, and the line of the template it comes from.
    package var texLine: Int?
    package var templateLine: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, field: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.cause = cause
    }

    /// What a report says that ended in an error of another module.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self.init(.featureStore, error.description, cause: error)
        case let error as SandboxError: self.init(.typesetting, error.message, cause: error)
        default: self.init(.internalFailure, "the report could not be made; the log says why", cause: error)
        }
    }

    package var apiError: APIError {
        APIError(
            status: code.status, code: code.name, message: message, field: field,
            retryAfter: code == .busy ? .seconds(5) : nil)
    }

    package var description: String { message + (cause.map { ": \($0)" } ?? "") }
}
