package import HTTPTypes
package import NIOCore

/// A 200 that was made where its request was read: without a task, a router or a middleware.
package struct ImmediateAnswer {
    let route: String
    let headers: HTTPFields
    let body: ByteBuffer

    /// - Parameter route: The template that the request would have taken, for metrics and logs.
    package init(route: String, headers: HTTPFields, body: ByteBuffer) {
        self.route = route
        self.headers = headers
        self.body = body
    }
}

/// Answers a request that arrived whole on its connection's thread; for work of some microseconds.
///
/// It gives nil for everything else, errors included: the request then takes its ordinary way from the beginning, which
/// says what is wrong.
package typealias ImmediateResponder =
    @Sendable (_ request: HTTPRequest, _ body: ByteBuffer, _ context: ServiceContext) -> ImmediateAnswer?
