import HTTPTypes
import NIOCore
import Synchronization

/// One client connection, as the deadline watch and the request in progress see it.
final class Connection: Sendable {
    let channel: any Channel
    private let current = Mutex<RequestState?>(nil)

    init(channel: any Channel) {
        self.channel = channel
    }

    func begin(_ request: RequestState) {
        current.withLock { $0 = request }
    }

    func end() {
        current.withLock { $0 = nil }
    }

    /// The client closed its side.
    func clientLeft() {
        current.withLock { $0 }?.interrupt(.clientLeft)
    }

    /// Interrupts the request in progress if its deadline has passed.
    func checkDeadline(_ now: ContinuousClock.Instant) {
        guard let request = current.withLock({ $0 }), request.deadline <= now else { return }
        if request.interrupt(.deadline) {
            channel.close(promise: nil)
        }
    }

    /// Answers `Expect: 100-continue`.
    func sendContinue() {
        channel.triggerUserOutboundEvent(ConnectionHandler.SendContinue(), promise: nil)
    }
}

/// All open connections of a server.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    var count: Int { open.withLock { $0.count } }

    subscript(channel: any Channel) -> Connection? {
        open.withLock { $0[ObjectIdentifier(channel)] }
    }

    func add(_ connection: Connection) {
        open.withLock { $0[ObjectIdentifier(connection.channel)] = connection }
    }

    func remove(_ channel: any Channel) {
        _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Looks after the deadlines of all requests, at a resolution that is fine for time-outs of seconds.
    ///
    /// One look at each connection every now and then is cheaper than a timer for each request.
    func watchDeadlines() async throws {
        while true {
            try await Task.sleep(for: .milliseconds(25))
            let now = ContinuousClock.now
            for connection in open.withLock({ Array($0.values) }) {
                connection.checkDeadline(now)
            }
        }
    }
}
