package import Hummingbird
import Telemetry

/// Sets how long requests of the routes that follow may take, in place of `http.request_timeout`.
package struct Deadline: RouterMiddleware {
    private let timeout: Duration
    private let cap: Duration

    /// - Parameters:
    ///   - timeout: For requests without `X-Request-Timeout`.
    ///   - cap: The longest that `X-Request-Timeout` may ask for.
    package init(default timeout: Duration, cap: Duration) {
        self.timeout = timeout
        self.cap = cap
    }

    package func handle(
        _ request: Request,
        context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        context.state.limitTime(to: timeout, cap: cap)
        var scope = context.state.scope
        scope.deadline = context.state.deadline
        return try await RequestScope.$current.withValue(scope) {
            try await next(request, context)
        }
    }
}
