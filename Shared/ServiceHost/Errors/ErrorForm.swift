package import Hummingbird
package import ServiceAPI

/// Says how errors look on the routes that follow, for the protocols we did not invent.
package struct ErrorForm: RouterMiddleware {
    package enum Form: Sendable {
        /// `{"error":{"code":…,"message":…,"field"?:…,"request_id":…}}`
        case quinion

        /// A foreign protocol's form. Status, request id and `Retry-After` are added where they are missing.
        case custom(@Sendable (APIError) -> Response)
    }

    private let form: Form

    package init(_ form: Form) {
        self.form = form
    }

    package func handle(
        _ request: Request,
        context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        context.state.errorForm = form
        return try await next(request, context)
    }
}

/// Carries any error unchanged past Hummingbird's router, which would otherwise answer some of them itself, without
/// a body.
struct ErrorCapture: RouterMiddleware {
    struct Captured: Error {
        let error: any Error
    }

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            throw Captured(error: error)
        }
    }
}
