import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// One client connection, as the deadline watch and the request in progress see it.
final class Connection: Sendable {
    let channel: any Channel
    let executor: EventLoopExecutor
    private let current = Mutex<Exchange?>(nil)
    /// The task that answers, or answered last.
    private let answering = Mutex<Task<Void, Never>?>(nil)

    init(channel: any Channel) {
        self.channel = channel
        executor = EventLoopExecutor(channel.eventLoop)
    }

    func begin(_ exchange: Exchange) {
        current.withLock { $0 = exchange }
    }

    func end(_ exchange: Exchange) {
        current.withLock { if $0 === exchange { $0 = nil } }
    }

    func isAnswered(by task: Task<Void, Never>) {
        answering.withLock { $0 = task }
    }

    /// Waits for the handler that still runs after the connection was closed.
    func handlersEnd() async {
        await answering.withLock { $0 }?.value
    }

    /// The client closed its side.
    func clientLeft() {
        current.withLock { $0 }?.state.interrupt(.clientLeft)
    }

    /// The service's time to shut down is over.
    func shutDown() {
        if let exchange = current.withLock({ $0 }) {
            exchange.state.interrupt(.shutdown)
        } else {
            channel.close(promise: nil)
        }
    }

    /// Answers the request in progress if its deadline has passed.
    func checkDeadline(_ now: ContinuousClock.Instant, _ handler: RequestHandler) {
        guard let exchange = current.withLock({ $0 }), exchange.state.deadline <= now else { return }
        switch exchange.state.interrupt(.deadline) {
        case .answer: isAnswered(by: Task { await handler.answer(exchange, .deadlinePassed) })
        case .close: channel.close(promise: nil)
        case .nothing: break
        }
    }

    /// Answers `Expect: 100-continue`.
    func sendContinue() {
        channel.triggerUserOutboundEvent(ConnectionHandler.SendContinue(), promise: nil)
    }

    /// Writes parts of an answer.
    ///
    /// - Throws: When the connection is closed.
    func send(head: HTTPResponse? = nil, body: ByteBuffer? = nil, end: HTTPResponsePart? = nil) async throws {
        let written = channel.eventLoop.makePromise(of: Void.self)
        // One visit of the event loop for all of them.
        let write: @Sendable () -> Void = { [channel] in
            if let head {
                channel.write(HTTPResponsePart.head(head), promise: body == nil && end == nil ? written : nil)
            }
            if let body { channel.write(HTTPResponsePart.body(body), promise: end == nil ? written : nil) }
            if let end { channel.write(end, promise: written) }
            channel.flush()
        }
        if channel.eventLoop.inEventLoop { write() } else { channel.eventLoop.execute(write) }
        try await written.futureResult.get()
    }
}

/// All open connections of a server.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    var count: Int { open.withLock { $0.count } }

    func add(_ connection: Connection) {
        open.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func remove(_ connection: Connection) {
        _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    /// Looks after the deadlines of all requests, at a resolution that is fine for time-outs of seconds.
    ///
    /// One look at each connection every now and then is cheaper than a timer for each request.
    func watchDeadlines(_ handler: RequestHandler) async throws {
        while true {
            try await Task.sleep(for: .milliseconds(25))
            let now = ContinuousClock.now
            for connection in open.withLock({ Array($0.values) }) {
                connection.checkDeadline(now, handler)
            }
        }
    }
}
