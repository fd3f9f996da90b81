import DequeModule
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import ServiceAPI

/// The HTTP/1.1 of one connection: makes requests of what arrives, one at a time, writes their answers, and lets no more be
/// read than somebody waits for.
///
/// A short body is gathered before its handler starts, so that the handler never waits for it; a long one is streamed. One
/// handler for all of it, because each one more of a pipeline costs a request some thousand instructions.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPServerResponsePart

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
    private let connections: Connections
    /// Set while the handler is in its pipeline.
    private var context: ChannelHandlerContext?
    private let end: ConnectionEnd
    private var progress = Progress.idle
    private var isAnswered = true
    /// What the client sent before it had the answer to the request before.
    private var waiting: Deque<HTTPServerRequestPart> = []
    private var isTakingWaiting = false
    private var isWaitingForWritability = false
    /// No other request will come: the client closed its side, or what follows is no HTTP.
    private var isLast = false

    init(handler: RequestHandler, connection: Connection, connections: Connections, idleTimeout: Duration) {
        self.handler = handler
        self.connection = connection
        self.connections = connections
        end = ConnectionEnd(channel: connection.channel, idleTimeout: idleTimeout)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connections.add(connection)
        connection.attach(self)
        if context.channel.isActive { end.watchIdleTime() }
    }

    func channelActive(context: ChannelHandlerContext) {
        end.watchIdleTime()
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        leave()
        connection.detach()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        bodyBreaksOff(CancellationError())
        context.fireChannelInactive()
    }

    private func leave() {
        connections.remove(connection)
        connection.clientLeft()
        end.cancel()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        end.arrives(part)
        // After the last answer nothing more is taken: the rest of a refused body, or another request.
        guard !end.isClosing else {
            if !end.isReceiving { context.close(mode: .output, promise: nil) }
            return
        }
        if case .ended = progress {
            waiting.append(part)
        } else {
            take(part, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if end.isClosing, end.isReceiving { context.read() }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, progress) {
        case (.head(let head), .idle):
            guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else {
                refuseUnreadable(context)
                return
            }
            begin(request, context)
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

    private func begin(_ request: HTTPRequest, _ context: ChannelHandlerContext) {
        isAnswered = false
        let exchange = handler.begin(request, on: connection)
        guard exchange.head.expectsContinue || exchange.head.bodyLength > Self.gatheredBody else {
            progress = .gathering(exchange, ByteBuffer())
            return
        }
        let reader = NIOLoopBound(self, eventLoop: context.eventLoop)
        let body = BodyStream { [loop = context.eventLoop] in
            loop.execute { reader.value.bodyGotRoom() }
        }
        progress = .streaming(body.source)
        handler.start(exchange, .stream(body.sequence))
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
        // Answered at once, a request leads back to here before the loop has taken the next.
        guard !isTakingWaiting else { return }
        isTakingWaiting = true
        while !isLast, let part = waiting.popFirst() {
            take(part, context)
            if case .ended = progress { break }
        }
        isTakingWaiting = false
        readIfWanted(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isWaitingForWritability {
            isWaitingForWritability = false
            next(context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Answers

    /// Writes parts of the answer to the request in progress.
    ///
    /// - Parameter promise: Of the last of them.
    func write(_ answer: AnswerParts, promise: EventLoopPromise<Void>?) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if let head = answer.head {
            end.announces(head)
            let part = wrapOutboundOut(.head(HTTPResponseHead(head)))
            context.write(part, promise: answer.body == nil && answer.end == nil ? promise : nil)
        }
        if let body = answer.body {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: answer.end == nil ? promise : nil)
        }
        if let last = answer.end {
            context.write(wrapOutboundOut(.end(last.trailers.map(HTTPHeaders.init))), promise: promise)
            isWritten(context)
        }
        context.flush()
    }

    /// Answers `Expect: 100-continue`.
    func sendContinue() {
        guard let context else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func isWritten(_ context: ChannelHandlerContext) {
        end.isAnswered()
        // The rest of a refused body is read past what anybody waits for.
        if end.isClosing, end.isReceiving { context.read() }
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
        switch event {
        case ChannelEvent.inputClosed:
            connection.clientLeft()
            isLast = true
            bodyBreaksOff(CancellationError())
            if isAnswered { context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        case is ChannelShouldQuiesceEvent: end.quiesce()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// The client does not speak HTTP, or no more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.close(promise: nil)
            return
        }
        switch progress {
        case .idle:
            refuseUnreadable(context)
        case .gathering, .streaming:
            bodyBreaksOff(APIError.badRequest("the request's body is not valid HTTP"))
        case .discarding, .ended:
            // The answer to the request before is still owed.
            if isAnswered { context.close(promise: nil) } else { isLast = true }
        }
    }

    /// Answers what is no request with 400 and closes the connection.
    private func refuseUnreadable(_ context: ChannelHandlerContext) {
        let head = HTTPResponse(status: .badRequest, headerFields: [.connection: "close", .contentLength: "0"])
        write(AnswerParts(head: head, end: .init()), promise: nil)
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

    private func bodyGotRoom() {
        bodyHasRoom = true
        if let context { readIfWanted(context) }
    }
}
