import DequeModule
import HeapModule

/// Decides which requests to a model run when, where and together: a value without clock, threads or data.
///
/// Work-conserving: an idle instance starts at once, unless the model asks for a delay; otherwise requests wait, and an
/// instance that becomes free takes a batch. A batch is led by the oldest request of the highest priority level, so each
/// batch brings every waiting request forward; a level that `ageing` batches of others have passed leads the next. All
/// times are nanoseconds of one clock.
package struct BatchScheduler {
    package typealias ID = ScheduledRequest.ID

    private struct Waiting {
        var request: ScheduledRequest
        var arrival: Int
        var lane: Int
        var action: Batching.TimeoutAction
        /// When its timeout ends.
        var timeoutAt: Int?
        var work: Double

        /// When it must not start any more.
        var expiry: Int { min(request.answerBy ?? .max, end) }

        /// When it is answered in any case.
        var end: Int { min(request.endBy ?? .max, action == .reject ? timeoutAt ?? .max : .max) }
    }

    private struct Running {
        var requests: [ID]
        var rows: Int
        var length: Int
        var start: Int
        var predicted: Double
    }

    private struct Timeout: Comparable {
        var time: Int
        var id: ID

        static func < (left: Self, right: Self) -> Bool { (left.time, left.id) < (right.time, right.id) }
    }

    private let batching: Batching
    private let queue: ModelConfig.Queue
    private var idle: [Int]
    private var running: [Running?]
    /// Two per level, those that wait and those that are delayed; lower indexes go first.
    private var lanes: [Lane]
    private var waiting: [ID: Waiting] = [:]
    /// Requests that run and that are answered in any case, and when.
    private var limited: [ID: Int] = [:]
    private var timeouts = Heap<Timeout>()
    /// When a batch that still may grow starts in any case.
    private var growthEnd: Int?
    private(set) var costs: CostTable
    package private(set) var waitingBytes = 0
    package private(set) var waitingTokens = 0

    package init(instances: Int, queue: ModelConfig.Queue, batching: Batching) {
        self.init(instances: instances, queue: queue, batching: batching, costs: CostTable())
    }

    /// - Parameter costs: What is known already of how long batches take.
    init(instances: Int, queue: ModelConfig.Queue, batching: Batching, costs: CostTable) {
        self.batching = batching
        self.costs = costs
        self.queue = queue
        idle = Array((0..<instances).reversed())
        running = Array(repeating: nil, count: instances)
        lanes = Array(repeating: Lane(), count: 2 * max(1, batching.priorityLevels))
    }

    package var waitingCount: Int { waiting.count }

    /// When `advance` has to be called at the latest; nil when only another event brings something to do.
    package var nextWake: Int? {
        guard let timeout = timeouts.min?.time else { return growthEnd }
        return min(timeout, growthEnd ?? timeout)
    }

    // MARK: Events

    /// A request arrives, in the parts it was cut into, each with its own identifier; all are taken or none.
    package mutating func arrive(_ parts: [ScheduledRequest], at now: Int) -> [SchedulingDecision] {
        var decisions: [SchedulingDecision] = []
        expire(at: now, &decisions)
        if parts.contains(where: { $0.answerBy ?? .max <= now }) {
            decisions += parts.map { .expire($0.id) }
        } else if let rejection = rejection(of: parts, at: now) {
            decisions += parts.map { .reject($0.id, rejection) }
        } else {
            for part in parts { enqueue(part, at: now) }
            dispatch(at: now, &decisions)
        }
        return decisions
    }

    /// The instance that would run a request at once if one came now; nil when none is idle, some request waits already, or
    /// requests are to wait for company.
    package var instanceAtHand: Int? { waiting.isEmpty && delay == 0 ? idle.last : nil }

    /// Takes `instanceAtHand` for a request that never was in the queue; it is given back with `finish`.
    package mutating func takeInstanceAtHand(rows: Int, length: Int, at now: Int) {
        guard instanceAtHand != nil, let instance = idle.popLast() else { return }
        running[instance] = Running(
            requests: [], rows: rows, length: length, start: now, predicted: costs.predict(rows: rows, length: length))
    }

    /// An instance has finished its batch.
    ///
    /// - Parameter elapsed: How long the engine took; nil when that tells nothing of later batches.
    package mutating func finish(instance: Int, elapsed: Int?, at now: Int) -> [SchedulingDecision] {
        guard let batch = running[instance] else { return [] }
        running[instance] = nil
        idle.append(instance)
        if !limited.isEmpty { for id in batch.requests { limited[id] = nil } }
        if let elapsed { costs.record(rows: batch.rows, length: batch.length, nanoseconds: elapsed) }
        return advance(to: now)
    }

    /// A request is given up; false when it does not wait (any more).
    package mutating func cancel(_ id: ID) -> Bool {
        limited[id] = nil
        return remove(id) != nil
    }

    /// Time has passed.
    package mutating func advance(to now: Int) -> [SchedulingDecision] {
        var decisions: [SchedulingDecision] = []
        expire(at: now, &decisions)
        dispatch(at: now, &decisions)
        return decisions
    }

    // MARK: Waiting

    private mutating func enqueue(_ request: ScheduledRequest, at now: Int) {
        let level = batching.level(of: request.priority)
        let policy = batching.policy(of: level)
        var timeout = policy.defaultTimeout * 1000
        if policy.allowsTimeoutOverride, request.timeout > 0, timeout == 0 || request.timeout < timeout {
            timeout = request.timeout
        }
        let timeoutAt = timeout > 0 ? now + timeout : nil
        if let timeoutAt { timeouts.insert(Timeout(time: timeoutAt, id: request.id)) }
        if let endBy = request.endBy { timeouts.insert(Timeout(time: endBy, id: request.id)) }
        let lane = 2 * (level - 1)
        let work = idle.isEmpty ? share(of: request) : 0
        waiting[request.id] = Waiting(
            request: request, arrival: now, lane: lane, action: policy.timeoutAction, timeoutAt: timeoutAt, work: work)
        lanes[lane].append(request.id, work: work)
        waitingBytes += request.bytes
        waitingTokens += request.tokens
    }

    @discardableResult
    private mutating func remove(_ id: ID) -> Waiting? {
        guard let entry = waiting.removeValue(forKey: id) else { return nil }
        waitingBytes -= entry.request.bytes
        waitingTokens -= entry.request.tokens
        leave(entry)
        return entry
    }

    private mutating func leave(_ entry: Waiting) {
        let lane = entry.lane
        lanes[lane].remove(work: entry.work)
        if lanes[lane].isSparse {
            let waiting = waiting
            lanes[lane].compact { waiting[$0]?.lane == lane }
        }
    }

    /// Does what timeouts ask for.
    private mutating func expire(at now: Int, _ decisions: inout [SchedulingDecision]) {
        while let timeout = timeouts.min, timeout.time <= now {
            timeouts.removeMin()
            if let end = limited[timeout.id] {
                // Not where this is the timeout that only delays.
                guard end <= timeout.time else { continue }
                limited[timeout.id] = nil
                decisions.append(.abandon(timeout.id))
            } else if var entry = waiting[timeout.id] {
                guard entry.end > timeout.time else {
                    remove(timeout.id)
                    decisions.append(.expire(timeout.id))
                    continue
                }
                leave(entry)
                entry.lane += 1
                waiting[timeout.id] = entry
                lanes[entry.lane].append(timeout.id, work: entry.work)
            }
        }
        // Long timeouts of requests that were answered long ago must not pile up.
        if timeouts.count > 64 + 2 * (waiting.count + limited.count) {
            timeouts = Heap(timeouts.unordered.filter { waiting[$0.id] != nil || limited[$0.id] != nil })
        }
    }

    // MARK: Admission

    private func rejection(of parts: [ScheduledRequest], at now: Int) -> Rejection? {
        let staying = parts.dropFirst(waiting.isEmpty && growthEnd == nil && delay == 0 ? idle.count : 0)
        guard let first = staying.first else { return nil }
        let bytes = staying.reduce(0) { $0 + $1.bytes }
        let tokens = staying.reduce(0) { $0 + $1.tokens }
        if parts.count > 1 {
            let most = queue.requests + running.count
            let leastBytes = parts.dropFirst(running.count).reduce(0) { $0 + $1.bytes }
            let leastTokens = parts.dropFirst(running.count).reduce(0) { $0 + $1.tokens }
            guard parts.count <= most, leastBytes <= queue.bytes, leastTokens <= queue.tokens else {
                return Rejection(reason: .tooLarge, retryAfter: 0)
            }
        }
        let level = batching.level(of: first.priority)
        let levelLimit = batching.policy(of: level).maxQueueSize
        let levelCount = lanes[2 * level - 2].count + lanes[2 * level - 1].count
        guard waiting.count + staying.count <= queue.requests, bytes <= queue.bytes - waitingBytes,
            tokens <= queue.tokens - waitingTokens, levelLimit == 0 || levelCount + staying.count <= levelLimit
        else {
            let work = lanes.reduce(0) { $0 + $1.work } / Double(running.count)
            return Rejection(reason: .queueFull, retryAfter: Int(work))
        }
        return idle.isEmpty ? lateness(of: staying, level: level, at: now) : nil
    }

    /// Refuses what would miss its deadline even if all that goes first ran in the best batches.
    private func lateness(of parts: ArraySlice<ScheduledRequest>, level: Int, at now: Int) -> Rejection? {
        guard let first = parts.first, !costs.isEmpty else { return nil }
        let policy = batching.policy(of: level)
        var startBy = Int.max
        if policy.timeoutAction == .reject {
            if policy.defaultTimeout > 0 { startBy = now + policy.defaultTimeout * 1000 }
            if policy.allowsTimeoutOverride, first.timeout > 0 { startBy = min(startBy, now + first.timeout) }
        }
        guard startBy < .max || first.answerBy != nil else { return nil }
        let free = running.compactMap { $0.map { max(0, Double($0.start) + $0.predicted - Double(now)) } }.min() ?? 0
        let ahead = lanes[..<(2 * level)].reduce(0) { $0 + $1.work } / Double(running.count)
        let wait = free + ahead
        let own = parts.reduce(0) { $0 + share(of: $1) } / Double(min(parts.count, running.count))
        let excess = max(
            wait - Double(startBy - now), first.answerBy.map { wait + own - Double($0 - now) } ?? -.infinity)
        return excess > 0 ? Rejection(reason: .late, retryAfter: Int(excess)) : nil
    }

    private func share(of request: ScheduledRequest) -> Double {
        costs.share(
            rows: request.rows, length: request.length, upTo: batching.merges ? batching.maxBatchSize : request.rows)
    }

    // MARK: Dispatch

    private var delay: Int { batching.merges ? batching.maxQueueDelay * 1000 : 0 }

    private mutating func dispatch(at now: Int, _ decisions: inout [SchedulingDecision]) {
        growthEnd = nil
        while let instance = idle.last, let lane = leadingLane() {
            guard let lead = head(of: lane, at: now, &decisions) else { continue }
            guard let batch = batch(ledBy: lead, lane: lane, at: now, &decisions) else { return }
            idle.removeLast()
            start(batch, on: instance, lane: lane, at: now)
            decisions.append(.start(instance: instance, requests: batch))
        }
    }

    private func leadingLane() -> Int? {
        if queue.ageing > 0,
            let aged = lanes.indices.filter({ lanes[$0].count > 0 && lanes[$0].passes >= queue.ageing })
                .max(by: { lanes[$0].passes < lanes[$1].passes })
        {
            return aged
        }
        return lanes.firstIndex { $0.count > 0 }
    }

    /// The oldest request of a lane; nil when the last one has just expired.
    private mutating func head(of lane: Int, at now: Int, _ decisions: inout [SchedulingDecision]) -> Waiting? {
        while lanes[lane].count > 0, let id = lanes[lane].order.first {
            guard let entry = waiting[id], entry.lane == lane else {
                lanes[lane].dropHead()
                continue
            }
            guard entry.expiry <= now else { return entry }
            remove(id)
            decisions.append(.expire(id))
        }
        return nil
    }

    /// The requests that run now; nil when an idle instance shall wait for more.
    private mutating func batch(
        ledBy lead: Waiting, lane: Int, at now: Int, _ decisions: inout [SchedulingDecision]
    ) -> [ID]? {
        guard batching.merges else { return [lead.request.id] }
        let candidates = candidates(for: lead, lane: lane, at: now, &decisions)
        var fill = BatchFill(batching)
        fill.add(candidates.map(\.request))
        let end = delay > 0 ? endOfGrowth(at: now, &decisions) : now
        // An idle instance lets nobody expire.
        if end > now, !fill.isFull, fill.preferredCount == nil, !candidates.contains(where: { $0.expiry <= end }) {
            growthEnd = end
            return nil
        }
        if batching.ragged?.grouping == .length { return raggedBatch(of: candidates, lane: lane) }
        let isOverdue = delay > 0 && end <= now
        let count = isOverdue ? fill.count : fill.preferredCount ?? fill.count
        return candidates.prefix(count).map(\.request.id)
    }

    /// When the oldest request will have waited for company long enough: now, if a timeout has delayed one.
    private mutating func endOfGrowth(at now: Int, _ decisions: inout [SchedulingDecision]) -> Int {
        var end = Int.max
        for lane in lanes.indices {
            guard let head = head(of: lane, at: now, &decisions) else { continue }
            end = min(end, lane.isMultiple(of: 2) ? head.arrival + delay : now)
        }
        return end
    }

    /// Those that may run with a request, which is the first of them: of its lane, then of the others, oldest first.
    private mutating func candidates(
        for lead: Waiting, lane leading: Int, at now: Int, _ decisions: inout [SchedulingDecision]
    ) -> [Waiting] {
        var result: [Waiting] = []
        var expired: [ID] = []
        var scanned = 0
        for lane in [leading] + lanes.indices.filter({ $0 != leading }) where lanes[lane].count > 0 {
            for id in lanes[lane].order {
                guard result.count < batching.window, scanned < 4 * batching.window else { break }
                scanned += 1
                guard let entry = waiting[id], entry.lane == lane else { continue }
                if entry.expiry <= now {
                    expired.append(id)
                } else if entry.request.shape == lead.request.shape {
                    result.append(entry)
                }
            }
        }
        for id in expired {
            remove(id)
            decisions.append(.expire(id))
        }
        return result
    }

    /// Of the leading lane those of about the first one's length; when it has no others, also of other lanes what adds
    /// no padding.
    private func raggedBatch(of candidates: [Waiting], lane: Int) -> [ID] {
        let own = candidates.prefix { $0.lane == lane }.map(\.request)
        let cut = LengthCut(batching, costs: costs)
        var members = cut.batchOfFirst(among: own).map { own[$0] }
        if members.count == own.count {
            var fill = BatchFill(batching)
            fill.add(members)
            let longest = fill.length
            for candidate in candidates.dropFirst(own.count) where candidate.request.length <= longest {
                guard fill.add(candidate.request) else { break }
                members.append(candidate.request)
            }
        }
        return members.map(\.id)
    }

    private mutating func start(_ batch: [ID], on instance: Int, lane leading: Int, at now: Int) {
        var (rows, length) = (0, 1)
        for id in batch {
            guard let entry = remove(id) else { continue }
            rows += entry.request.rows
            length = max(length, entry.request.length)
            if entry.end < .max { limited[id] = entry.end }
        }
        for lane in lanes.indices where lanes[lane].count > 0 {
            lanes[lane].passes = lane == leading ? 0 : lanes[lane].passes + 1
        }
        running[instance] = Running(
            requests: batch, rows: rows, length: length, start: now,
            predicted: costs.predict(rows: rows, length: length))
    }
}
