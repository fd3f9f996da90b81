/// What belongs to the request (or background job) that code runs for, and travels on to the services it calls.
package struct RequestScope: Sendable {
    /// Names the request in logs and answers; the same in every service that works on it.
    package var requestID: String

    /// This service's position in the trace.
    package var trace: TraceContext

    /// When the caller stops waiting; `nil` for work without a caller.
    package var deadline: ContinuousClock.Instant?

    package init(requestID: String, trace: TraceContext, deadline: ContinuousClock.Instant? = nil) {
        self.requestID = requestID
        self.trace = trace
        self.deadline = deadline
    }

    /// The scope of the running task: set by `ServiceHost` around each handler, and by whoever starts a job.
    @TaskLocal package static var current: RequestScope?

    /// A scope for work that no request started.
    package static func background() -> RequestScope {
        RequestScope(requestID: Identifiers.requestID(), trace: .start())
    }
}
