import HTTPTypes
import NIOCore
import NIOHTTP1

/// Closes a connection when its time has come: after an answer that says so, after some time without a request, at shutdown.
///
/// Used on the connection's thread only.
final class ConnectionEnd {
    /// How long a client may take to send what is refused and to read the last answer before the connection is torn down.
    private static let lingerTime: TimeAmount = .seconds(5)
    /// How long an idle connection stays open at shutdown, for a request that is already on its way.
    private static let quiesceDelay: TimeAmount = .milliseconds(100)

    private let channel: any Channel
    private let idleTimeout: TimeAmount
    /// Whether a request's body is still on its way.
    private(set) var isReceiving = false
    /// Whether the last answer was written.
    private(set) var isClosing = false
    private var requestsInProgress = 0
    private var closesAfterAnswer = false
    private var closesWhenIdle = false
    private var lastActivity = NIODeadline.now()
    private var idleCheck: Scheduled<Void>?
    /// Closes the connection after the last answer if the client does not.
    private var lingering: Scheduled<Void>?

    init(channel: any Channel, idleTimeout: Duration) {
        self.channel = channel
        self.idleTimeout = TimeAmount(idleTimeout)
    }

    /// A part of a request has arrived.
    func arrives(_ part: HTTPServerRequestPart) {
        lastActivity = .now()
        switch part {
        case .head:
            isReceiving = true
            if !isClosing { requestsInProgress += 1 }
        case .body: break
        case .end: isReceiving = false
        }
    }

    /// The head of an answer is written.
    func announces(_ head: HTTPResponse) {
        if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
    }

    /// The end of an answer is written.
    func isAnswered() {
        requestsInProgress = max(0, requestsInProgress - 1)
        if closesAfterAnswer || closesWhenIdle && requestsInProgress == 0 {
            if !isClosing { close() }
        } else if requestsInProgress == 0 {
            lastActivity = .now()
            watchIdleTime()
        }
    }

    /// Sees to it that an idle connection is closed.
    func watchIdleTime() {
        guard idleCheck == nil else { return }
        idleCheck = schedule(in: lastActivity + idleTimeout - .now()) { end in
            end.idleCheck = nil
            // A request that is answered is followed by another watch.
            guard end.isReceiving || end.requestsInProgress == 0 else { return }
            guard end.lastActivity + end.idleTimeout <= .now() else { return end.watchIdleTime() }
            end.channel.close(promise: nil)
        }
    }

    /// The server shuts down: the connection ends with the requests that it has.
    func quiesce() {
        closesWhenIdle = true
        guard requestsInProgress == 0 else { return }
        schedule(in: Self.quiesceDelay) { end in
            if end.requestsInProgress == 0 { end.channel.close(promise: nil) }
        }
    }

    /// The connection is closed: timers would keep it in memory.
    func cancel() {
        idleCheck?.cancel()
        lingering?.cancel()
    }

    /// Closes our side after what was written, and the whole connection when the client has had time to read it.
    ///
    /// Closing at once while bytes arrive would reset the connection and destroy the answer on its way. A client that
    /// still sends a refused body may send its rest into the void first: many take a closed connection for a failure
    /// while they are sending, and do not look at the answer.
    private func close() {
        isClosing = true
        channel.flush()
        if !isReceiving { channel.close(mode: .output, promise: nil) }
        lingering = schedule(in: Self.lingerTime) { $0.channel.close(promise: nil) }
    }

    @discardableResult
    private func schedule(in time: TimeAmount, _ body: @escaping (ConnectionEnd) -> Void) -> Scheduled<Void> {
        let bound = NIOLoopBound((self, body), eventLoop: channel.eventLoop)
        return channel.eventLoop.scheduleTask(in: time) { bound.value.1(bound.value.0) }
    }
}
