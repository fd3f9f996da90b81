import HTTPTypes
import NIOCore
import Synchronization

/// One client connection, as the deadline watch and the request in progress see it.
final class Connection: Sendable {
    let channel: any Channel
    let executor: EventLoopExecutor
    private let current = Mutex<Exchange?>(nil)
    /// Set while the connection is open.
    private let handler = Mutex<NIOLoopBound<ConnectionHandler>?>(nil)
    /// The task that answers, or answered last.
    private let answering = Mutex<Task<Void, Never>?>(nil)

    init(channel: any Channel) {
        self.channel = channel
        executor = EventLoopExecutor(channel.eventLoop)
    }

    func attach(_ handler: ConnectionHandler) {
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.handler.withLock { $0 = bound }
    }

    func detach() {
        handler.withLock { $0 = nil }
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
        onThread { $0?.sendContinue() }
    }

    /// Writes parts of an answer.
    ///
    /// - Throws: When the connection is closed.
    func send(_ parts: AnswerParts) async throws {
        let written = channel.eventLoop.makePromise(of: Void.self)
        write(parts, promise: written)
        try await written.futureResult.get()
    }

    /// Writes parts of an answer, at once where this is the connection's thread.
    func write(_ parts: AnswerParts, promise: EventLoopPromise<Void>?) {
        onThread { handler in
            if let handler {
                handler.write(parts, promise: promise)
            } else {
                promise?.fail(ChannelError.ioOnClosedChannel)
            }
        }
    }

    private func onThread(_ body: @escaping @Sendable (ConnectionHandler?) -> Void) {
        let run: @Sendable () -> Void = { body(self.handler.withLock { $0 }?.value) }
        if channel.eventLoop.inEventLoop { run() } else { channel.eventLoop.execute(run) }
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
