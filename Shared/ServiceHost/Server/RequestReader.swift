import DequeModule
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import ServiceAPI

/// Makes requests of what arrives on a connection, one at a time, and lets no more be read than somebody waits for.
///
/// A short body is gathered before its handler starts, so that the handler never waits for it; a long one is streamed.
final class RequestReader: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The longest body that is gathered, in bytes.
    static let gatheredBody = 64 << 10

    private enum Progress {
        /// Nothing of a request has arrived.
        case idle
        case gathering(Exchange, ByteBuffer)
        case streaming(BodyStream.Producer.Source)
        /// The answer was given; what is left of the body is dropped.
        case discarding
        /// The request has arrived to its end.
        case ended
    }

    private let handler: RequestHandler
    private let connection: Connection
    private var progress = Progress.idle
    private var isAnswered = true
    /// What the client sent before it had the answer to the request before.
    private var waiting: Deque<HTTPRequestPart> = []
    private var isWaitingForWritability = false
    /// No other request will come: the client closed its side, or what follows is no HTTP.
    private var isLast = false

    init(handler: RequestHandler, connection: Connection) {
        self.handler = handler
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .ended = progress {
            waiting.append(part)
        } else {
            take(part, context)
        }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (part, progress) {
        case (.head(let head), .idle):
            isAnswered = false
            let exchange = handler.begin(head, on: connection)
            if exchange.head.expectsContinue || exchange.head.bodyLength > Self.gatheredBody {
                let reader = NIOLoopBound(self, eventLoop: context.eventLoop)
                let body = BodyStream { [loop = context.eventLoop] in
                    loop.execute { reader.value.bodyGotRoom() }
                }
                progress = .streaming(body.source)
                handler.start(exchange, .stream(body.sequence))
            } else {
                progress = .gathering(exchange, ByteBuffer())
            }
        case (.body(var bytes), .gathering(let exchange, var gathered)):
            progress = .idle  // so that the bytes are not copied
            if gathered.readableBytes == 0 { gathered = bytes } else { gathered.writeBuffer(&bytes) }
            progress = .gathering(exchange, gathered)
        case (.body(let bytes), .streaming(let source)):
            if case .stopProducing = source.yield(bytes) { bodyHasRoom = false }
        case (.end, .gathering(let exchange, let gathered)):
            progress = .ended
            handler.start(exchange, .whole(gathered))
        case (.end, .streaming(let source)):
            progress = .ended
            source.finish()
            if isAnswered { next(context) }
        case (.end, .discarding):
            progress = .ended
            if isAnswered { next(context) }
        default:
            break
        }
    }

    /// Goes on to the next request once the answer is written and the network has room for more.
    private func next(_ context: ChannelHandlerContext) {
        guard context.channel.isWritable else {
            isWaitingForWritability = true
            return
        }
        progress = .idle
        bodyHasRoom = true
        guard !isLast else {
            context.flush()
            context.close(promise: nil)
            return
        }
        while let part = waiting.popFirst() {
            take(part, context)
            if case .ended = progress { break }
        }
        readIfWanted(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isWaitingForWritability {
            isWaitingForWritability = false
            next(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part else { return }
        isAnswered = true
        switch progress {
        case .ended: next(context)
        case .streaming(let source):
            source.finish()
            progress = .discarding
            bodyGotRoom()
        case .gathering: progress = .discarding
        case .idle, .discarding: break
        }
    }

    // MARK: Broken connections

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isLast = true
            bodyBreaksOff(CancellationError())
            if isAnswered { context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        bodyBreaksOff(CancellationError())
        context.fireChannelInactive()
    }

    /// The client does not speak HTTP, or no more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.close(promise: nil)
            return
        }
        switch progress {
        case .idle:
            let head = HTTPResponse(status: .badRequest, headerFields: [.connection: "close", .contentLength: "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .gathering, .streaming:
            bodyBreaksOff(APIError.badRequest("the request's body is not valid HTTP"))
        case .discarding, .ended:
            // The answer to the request before is still owed.
            if isAnswered { context.close(promise: nil) } else { isLast = true }
        }
    }

    private func bodyBreaksOff(_ error: any Error) {
        switch progress {
        case .gathering(let exchange, _):
            progress = .discarding
            handler.refuse(exchange, error)
        case .streaming(let source):
            progress = .discarding
            if error is CancellationError { source.finish() } else { source.finish(error) }
        case .idle, .discarding, .ended: break
        }
    }

    // MARK: Back-pressure

    private var bodyHasRoom = true
    private var isReadPending = false
    /// Set while the handler is in its pipeline.
    private var context: ChannelHandlerContext?

    private var isReadWanted: Bool { bodyHasRoom && waiting.isEmpty }

    func read(context: ChannelHandlerContext) {
        isReadPending = true
        readIfWanted(context)
    }

    private func readIfWanted(_ context: ChannelHandlerContext) {
        guard isReadPending, isReadWanted else { return }
        isReadPending = false
        context.read()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    private func bodyGotRoom() {
        bodyHasRoom = true
        if let context { readIfWanted(context) }
    }
}
