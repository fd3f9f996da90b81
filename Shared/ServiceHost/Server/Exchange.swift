import HTTPTypes
import Hummingbird
import Logging
import Telemetry

/// One request and what belongs to it, from its head to the end of its answer.
final class Exchange: Sendable {
    let connection: Connection
    /// The request without its body.
    let request: Request
    let head: RequestHead
    let state: RequestState
    let context: ServiceContext

    init(_ request: HTTPRequest, on connection: Connection, limits: RequestState.Limits, logger: Logger) {
        self.connection = connection
        self.request = Request(head: request, body: RequestBody(buffer: ByteBuffer()))
        head = RequestHead(request.headerFields)
        state = RequestState(
            start: .now,
            scope: RequestScope(requestID: head.requestID, trace: head.trace),
            limits: limits,
            contentLength: head.contentLength,
            hasBody: head.hasBody,
            requestedTimeout: try? head.timeout.get()
        )
        context = ServiceContext(
            source: ApplicationRequestContextSource(channel: connection.channel, logger: logger), state: state)
    }
}
