import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Sees what happens on a connection below the request handlers: that the client leaves, that an answer asks for the
/// connection to be closed, that the server shuts down.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    struct SendContinue {}

    /// How long a client may take to send what is refused and to read the last answer before the connection is torn down.
    private static let lingerTime: TimeAmount = .seconds(5)
    /// How long an idle connection stays open at shutdown, for a request that is already on its way.
    private static let quiesceDelay: TimeAmount = .milliseconds(100)

    private let connection: Connection
    private let connections: Connections
    private var requestsInProgress = 0
    /// Whether a request's body is still on its way.
    private var isReceiving = false
    private var closesAfterResponse = false
    private var isClosing = false
    /// Closes the connection after the last answer if the client does not.
    private var lingering: Scheduled<Void>?

    init(connection: Connection, connections: Connections) {
        self.connection = connection
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.add(connection)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.remove(connection)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.remove(connection)
        connection.clientLeft()
        // It would keep the closed connection in memory.
        lingering?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head: isReceiving = true
        case .body: break
        case .end: isReceiving = false
        }
        // After the last answer nothing more is passed on: the rest of a refused body, or another request.
        guard !isClosing else {
            if !isReceiving { context.close(mode: .output, promise: nil) }
            return
        }
        if case .head = part { requestsInProgress += 1 }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if isClosing, isReceiving { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.connection] == "close" { closesAfterResponse = true }
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            requestsInProgress -= 1
            context.write(data, promise: promise)
            if closesAfterResponse, !isClosing { close(context) }
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is SendContinue else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            connection.clientLeft()
            context.fireUserInboundEventTriggered(event)
        case is ChannelShouldQuiesceEvent where requestsInProgress == 0:
            let event = NIOLoopBound((context, event), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.quiesceDelay) {
                let (context, event) = event.value
                context.fireUserInboundEventTriggered(event)
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Closes our side after what was written, and the whole connection when the client has had time to read it.
    ///
    /// Closing at once while bytes arrive would reset the connection and destroy the answer on its way. A client that
    /// still sends a refused body may send its rest into the void first: many take a closed connection for a failure
    /// while they are sending, and do not look at the answer.
    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.flush()
        if isReceiving { context.read() } else { context.close(mode: .output, promise: nil) }
        let channel = context.channel
        lingering = context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    }
}
