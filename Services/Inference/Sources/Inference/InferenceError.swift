/// Why an inference, a model or a plugin was refused or failed.
package struct InferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        package let name: String

        /// The request contradicts the protocol or the model.
        package static let invalidRequest = Self(name: "invalid_request")
        /// No such model, version, or route.
        package static let notFound = Self(name: "not_found")
        /// The request is right, but this server cannot do it.
        package static let unsupported = Self(name: "unsupported")
        /// The request, or what it stands for, has more bytes than allowed.
        package static let tooLarge = Self(name: "too_large")
        /// The configuration of this server does not let clients do that.
        package static let forbidden = Self(name: "forbidden")
        /// An output has values that the requested form cannot carry.
        package static let notRepresentable = Self(name: "not_representable")
        /// The model is not loaded; the message says why.
        package static let modelUnavailable = Self(name: "model_unavailable")
        /// The model takes no more requests in this second.
        package static let rateLimited = Self(name: "rate_limited")
        /// The model's queue is full.
        package static let overloaded = Self(name: "overloaded")
        /// The request's own timeout ended before it could run.
        package static let expired = Self(name: "timeout_expired")
        /// The answer would come after the caller has stopped waiting.
        package static let deadlineExceeded = Self(name: "deadline_exceeded")
        /// The engine failed.
        package static let engineFailed = Self(name: "engine_failed")
        /// A model's folder or configuration is wrong.
        package static let invalidModel = Self(name: "invalid_model")
        /// A backend plugin cannot be used.
        package static let invalidBackend = Self(name: "invalid_backend")
        /// Nobody waits for the result any more.
        package static let cancelled = Self(name: "cancelled")
    }

    package var code: Code
    package var message: String
    /// When to try again, where it is known better than by the code.
    package var retryAfter: Duration?

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
