import DequeModule

/// Decides which request runs on which instance: a value without clock or threads.
///
/// Work-conserving: an idle instance takes a request at once; otherwise requests wait in order of arrival, bounded in
/// number and in bytes, and an instance that becomes free pulls the next one.
package struct RequestQueue {
    package typealias Ticket = UInt64

    package enum Admission: Equatable {
        case run(instance: Int)
        case wait
        case refuse
    }

    private struct Waiting {
        var ticket: Ticket
        var bytes: Int
    }

    private let limits: ModelConfig.Queue
    private var idle: [Int]
    private var waiting: Deque<Waiting> = []
    package private(set) var waitingBytes = 0

    package init(instances: Int, limits: ModelConfig.Queue) {
        self.limits = limits
        self.idle = Array((0..<instances).reversed())
    }

    package var waitingCount: Int { waiting.count }

    /// A request with that many bytes of tensors arrives; `ticket` is its own.
    package mutating func arrive(_ ticket: Ticket, bytes: Int) -> Admission {
        if let instance = idle.popLast() { return .run(instance: instance) }
        guard waiting.count < limits.requests, bytes <= limits.bytes - waitingBytes else { return .refuse }
        waiting.append(Waiting(ticket: ticket, bytes: bytes))
        waitingBytes += bytes
        return .wait
    }

    /// An instance has finished; the ticket of the request that runs on it next, if any waits.
    package mutating func finish(instance: Int) -> Ticket? {
        guard !waiting.isEmpty else {
            idle.append(instance)
            return nil
        }
        let next = waiting.removeFirst()
        waitingBytes -= next.bytes
        return next.ticket
    }

    /// A waiting request is given up; false when it is not waiting (any more).
    package mutating func cancel(_ ticket: Ticket) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return false }
        waitingBytes -= waiting.remove(at: index).bytes
        return true
    }
}
