package import Hummingbird
import ServiceAPI
package import Telemetry

/// Lets so many requests of the routes that follow run at once and so many wait; the rest are refused at once.
package struct ConcurrencyLimit: RouterMiddleware {
    private let gate: ConcurrencyGate

    /// - Parameters:
    ///   - name: Names the group of routes in the answer and in metrics.
    ///   - status: What a refused request gets, 503 or 429, with `Retry-After`.
    ///   - telemetry: Where the numbers running, waiting and refused are shown.
    package init(name: String, running: Int, waiting: Int, status: Int = 503, telemetry: Telemetry? = nil) {
        gate = ConcurrencyGate(
            name: name, running: running, waiting: waiting, status: status, metrics: telemetry?.metrics)
    }

    package func handle(
        _ request: Request,
        context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        try await gate.enter()
        let start = ContinuousClock.now
        defer { gate.leave(after: start.duration(to: .now)) }
        return try await next(request, context)
    }
}
