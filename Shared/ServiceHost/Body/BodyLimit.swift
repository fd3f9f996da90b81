package import Hummingbird

/// Sets the body limit of the routes that follow, in bytes, in place of `http.max_body`.
package struct BodyLimit: RouterMiddleware {
    private let bytes: Int

    package init(_ bytes: Int) {
        self.bytes = bytes
    }

    package func handle(
        _ request: Request,
        context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        context.state.bodyLimit = bytes
        return try await next(request, context)
    }
}
