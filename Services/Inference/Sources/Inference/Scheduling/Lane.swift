import DequeModule

/// The requests of one priority level that wait, or those of them that their timeout has delayed; oldest first.
struct Lane {
    /// May hold requests that have left since; who walks it asks whether they still wait here.
    private(set) var order: Deque<ScheduledRequest.ID> = []
    private(set) var count = 0
    /// Nanoseconds that its requests will take.
    private(set) var work = 0.0
    /// Batches of other lanes that started since one of this lane led.
    var passes = 0

    /// Whether most of `order` has left.
    var isSparse: Bool { order.count > 2 * count + 32 }

    mutating func append(_ id: ScheduledRequest.ID, work: Double) {
        order.append(id)
        count += 1
        self.work += work
    }

    /// One of its requests leaves.
    mutating func remove(work: Double) {
        count -= 1
        self.work -= work
        guard count == 0 else { return }
        order.removeAll(keepingCapacity: true)
        (self.work, passes) = (0, 0)
    }

    mutating func dropHead() { order.removeFirst() }

    mutating func compact(_ waits: (ScheduledRequest.ID) -> Bool) { order.removeAll { !waits($0) } }
}
