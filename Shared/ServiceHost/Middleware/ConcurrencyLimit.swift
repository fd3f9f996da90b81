package import Hummingbird
import ServiceAPI
package import Telemetry

/// Lets so many requests of the routes that follow run at once and so many wait; the rest are refused at once.
///
/// A request whose answer is made while it is written runs until it is written, or nobody is there to read it.
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
        let place = Place(in: gate)
        var response = try await next(request, context)
        // Of a body that is made already only the sending is left.
        if response.body.contentLength == nil { response.body = response.body.holding(place) }
        return response
    }

    /// A place at the gate, given back with the last reference to it, also where a body is never written.
    private final class Place: Sendable {
        private let gate: ConcurrencyGate
        private let start = ContinuousClock.now

        init(in gate: ConcurrencyGate) { self.gate = gate }

        deinit { gate.leave(after: start.duration(to: .now)) }
    }
}

extension ResponseBody {
    /// The body, which keeps `place` as long as it is there.
    fileprivate func holding(_ place: some AnyObject & Sendable) -> ResponseBody {
        ResponseBody { writer in
            let unchanged = writer
            try await self.write(unchanged)
            withExtendedLifetime(place) {}
        }
    }
}
