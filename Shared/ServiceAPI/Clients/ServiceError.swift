/// A call to another service that failed: which service, and in its own words why.
package struct ServiceError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The service answered with a status other than 2xx.
        case refused
        /// No connection, or it broke before the answer was complete.
        case unreachable
        /// The caller's deadline passed first.
        case deadlineExceeded
        /// The answer is not what the service promises: too large, not JSON, a field missing.
        case unreadable
    }

    package var service: String
    package var kind: Kind
    /// The status it answered with; `nil` when no answer came.
    package var status: Int?
    /// The error's machine-readable name, if the service gave one.
    package var code: String?
    /// The service's own message, or what happened to the connection.
    package var message: String
    package var field: String?
    package var retryAfter: Duration?

    package init(
        service: String, kind: Kind, status: Int? = nil, code: String? = nil, message: String, field: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.service = service
        self.kind = kind
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var description: String {
        "\(service)\(status.map { " answered \($0)" } ?? ""): \(message)"
    }

    /// Whether the same call may succeed a little later: 429, 502, 503 or a broken connection.
    package var isTransient: Bool {
        switch kind {
        case .unreachable: true
        case .refused: [429, 502, 503].contains(status)
        case .deadlineExceeded, .unreadable: false
        }
    }

    /// Whether the service found fault with what it was sent.
    package var isCallersFault: Bool {
        kind == .refused && (400..<500).contains(status ?? 0) && status != 429
    }
}

extension ServiceError: APIErrorConvertible {
    /// How the failure looks to our own caller: 503 when the other service is busy, 504 when there was no time,
    /// 502 for the rest.
    package var apiError: APIError {
        switch kind {
        case .deadlineExceeded:
            APIError(status: 504, code: "deadline_exceeded", message: description)
        case .refused where status == 429 || status == 503:
            APIError(
                status: 503, code: "dependency_overloaded", message: description, retryAfter: retryAfter ?? .seconds(1))
        case .unreachable:
            APIError(
                status: 503, code: "dependency_unreachable", message: description, retryAfter: retryAfter ?? .seconds(1)
            )
        case .refused, .unreadable:
            APIError(status: 502, code: "dependency_failed", message: description)
        }
    }
}
