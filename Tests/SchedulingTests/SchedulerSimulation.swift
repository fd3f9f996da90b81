import Inference

/// One random schedule through a scheduler, with everything checked that must hold whatever happens.
///
/// It keeps its own account of the requests, in the plainest form, and compares every decision with it.
struct SchedulerSimulation {
    typealias ID = ScheduledRequest.ID

    fileprivate enum Phase: Equatable {
        case waiting, running, finished, cancelled, rejected, expired, abandoned
    }

    fileprivate struct Entry {
        var request: ScheduledRequest
        var level: Int
        var arrival: Int
        var phase = Phase.waiting
        /// When it must not start any more, and when its timeout delays it.
        var expiry: Int
        var delayAt: Int?
        var isDelayed = false
        /// Orders the requests of a lane: arrival, or the moment of the delay.
        var order = 0
        /// Batches that may start before it does, whatever comes.
        var patience = Int.max
    }

    private var random: SplitMix64
    private let batching: Batching
    private let queue: ModelConfig.Queue
    private let instances: Int
    private var scheduler: BatchScheduler
    private var entries: [ID: Entry] = [:]
    /// End and members of what runs.
    private var running: [Int: (end: Int, members: [ID])] = [:]
    private var passes: [Int]
    private var now = 0
    private var nextOrder = 0
    private(set) var faults: [String] = []
    private(set) var executed = 0

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        var batching = Batching()
        batching.maxBatchSize = random.pick([0, 1, 2, 4, 8])
        batching.isDynamic = random.chance(0.8)
        batching.maxBatchTokens = random.pick([40, 100, 1000])
        batching.maxBatchBytes = random.pick([100, 1000])
        if random.chance(0.2), batching.maxBatchSize > 1 {
            batching.preferredBatchSizes = [Int.random(in: 1...batching.maxBatchSize, using: &random)]
        }
        batching.maxQueueDelay = random.chance(0.3) ? random.pick([1, 5, 20]) : 0
        batching.priorityLevels = random.pick([0, 1, 3])
        batching.defaultPriorityLevel = batching.priorityLevels == 0 ? 0 : 1
        if random.chance(0.5), batching.maxBatchSize > 0 {
            batching.ragged = .init(axis: "length", mask: "mask")
            batching.ragged?.grouping = random.chance(0.7) ? .length : .arrival
        }
        batching.defaultQueuePolicy = Self.policy(&random)
        if batching.priorityLevels == 3 { batching.priorityQueuePolicies[2] = Self.policy(&random) }
        var queue = ModelConfig.Queue()
        queue.requests = random.pick([0, 4, 100])
        queue.bytes = random.pick([50, 10_000])
        queue.tokens = random.pick([60, 10_000])
        queue.ageing = random.pick([0, 1, 3])
        (self.batching, self.queue) = (batching, queue)
        instances = Int.random(in: 1...3, using: &random)
        scheduler = BatchScheduler(instances: instances, queue: queue, batching: batching)
        passes = Array(repeating: 0, count: 2 * max(1, batching.priorityLevels))
    }

    private static func policy(_ random: inout SplitMix64) -> Batching.QueuePolicy {
        var policy = Batching.QueuePolicy()
        policy.timeoutAction = random.chance(0.5) ? .reject : .delay
        policy.defaultTimeout = random.chance(0.5) ? random.pick([2, 10, 50]) : 0
        policy.allowsTimeoutOverride = random.chance(0.5)
        policy.maxQueueSize = random.chance(0.3) ? 3 : 0
        return policy
    }

    /// Requests come, some are given up, instances finish; then nothing comes any more until all is done.
    mutating func run() {
        let events = Int.random(in: random.chance(0.9) ? 3...12 : 20...50, using: &random)
        for _ in 0..<events {
            advance(by: random.chance(0.5) ? 0 : Int.random(in: 0...8000, using: &random))
            random.chance(0.85) ? arrive() : cancel()
        }
        var rounds = 0
        while entries.values.contains(where: { $0.phase == .waiting }) || !running.isEmpty {
            rounds += 1
            guard rounds < 10_000, let next = nextEvent else {
                fault("requests wait and nothing will happen")
                return
            }
            advance(by: max(0, next - now))
        }
        if scheduler.waitingCount != 0 || scheduler.waitingBytes != 0 || scheduler.waitingTokens != 0 {
            fault("the queue is empty and counts \(scheduler.waitingCount) requests")
        }
    }

    // MARK: Events

    private var nextEvent: Int? {
        [running.values.map(\.end).min(), scheduler.nextWake].compactMap { $0 }.min()
    }

    /// Lets time pass, doing on the way what falls due.
    private mutating func advance(by nanoseconds: Int) {
        let target = now + nanoseconds
        while let next = nextEvent, next <= target {
            now = max(now, next)
            if let (instance, batch) = running.filter({ $0.value.end <= now }).min(by: { $0.key < $1.key }) {
                running[instance] = nil
                for id in batch.members where entries[id]?.phase == .running { entries[id]?.phase = .finished }
                let elapsed = random.chance(0.9) ? Int.random(in: 1...5000, using: &random) : nil
                take(scheduler.finish(instance: instance, elapsed: elapsed, at: now))
            } else {
                take(scheduler.advance(to: now))
            }
        }
        now = target
    }

    private mutating func arrive() {
        let parts = random.chance(0.1) && batching.maxBatchSize > 0 ? Int.random(in: 2...4, using: &random) : 1
        var request = ScheduledRequest(id: 0)
        request.rows =
            batching.maxBatchSize > 0 ? Int.random(in: 1...min(3, batching.maxBatchSize), using: &random) : 1
        if batching.ragged != nil { request.length = Int.random(in: 1...30, using: &random) }
        request.bytes = request.rows * request.length * random.pick([0, 1, 2])
        request.shape = [random.chance(0.8) ? 1 : 2]
        request.priority = Int.random(in: 0...4, using: &random)
        request.timeout = random.chance(0.3) ? Int.random(in: 1...20_000, using: &random) : 0
        if random.chance(0.3) { request.answerBy = now + Int.random(in: -10...30_000, using: &random) }
        let requests = (0..<parts).map { index in
            var part = request
            part.id = ID(entries.count + index)
            return part
        }
        if parts == 1, random.chance(0.3) {
            arriveAtOnce(request)
            return
        }
        for part in requests { add(part) }
        take(scheduler.arrive(requests, at: now))
        let phases = requests.compactMap { entries[$0.id]?.phase == .rejected }
        if Set(phases).count > 1 { fault("a request was taken in part") }
    }

    /// A request that runs only if it can on the spot.
    private mutating func arriveAtOnce(_ request: ScheduledRequest) {
        guard let instance = scheduler.instanceAtHand else { return }
        if running[instance] != nil { fault("instance \(instance) is at hand and busy") }
        if waiting.values.contains(where: { $0.expiry > now }) { fault("a request that waits is overtaken") }
        scheduler.takeInstanceAtHand(rows: request.rows, length: request.length, at: now)
        running[instance] = (now + Int.random(in: 1...5000, using: &random), [])
        executed += 1
    }

    private mutating func add(_ request: ScheduledRequest) {
        let levels = batching.priorityLevels
        let level = 1...max(1, levels) ~= request.priority ? request.priority : 1
        let policy = batching.priorityQueuePolicies[level] ?? batching.defaultQueuePolicy
        var timeout = policy.defaultTimeout * 1000
        if policy.allowsTimeoutOverride, request.timeout > 0, timeout == 0 || request.timeout < timeout {
            timeout = request.timeout
        }
        let timeoutAt = timeout > 0 ? now + timeout : nil
        entries[request.id] = Entry(
            request: request, level: level, arrival: now,
            expiry: min(request.answerBy ?? .max, policy.timeoutAction == .reject ? timeoutAt ?? .max : .max),
            delayAt: policy.timeoutAction == .delay ? timeoutAt : nil, order: nextOrder)
        nextOrder += 1
        setPatience(of: request.id)
    }

    private mutating func cancel() {
        guard let id = entries.keys.sorted().randomElement(using: &random) else { return }
        let wasWaiting = entries[id]?.phase == .waiting
        if scheduler.cancel(id) != wasWaiting { fault("cancel of \(id) tells the wrong thing") }
        if wasWaiting { entries[id]?.phase = .cancelled }
        forgetPasses()
    }

    // MARK: Checks

    private mutating func take(_ decisions: [SchedulingDecision]) {
        delayWhatIsDue()
        forgetPasses()
        for decision in decisions {
            switch decision {
            case .start(let instance, let members):
                checkStart(instance, members)
                for id in members { entries[id]?.phase = .running }
                running[instance] = (now + Int.random(in: 1...5000, using: &random), members)
                executed += members.count
            case .reject(let id, let rejection):
                guard entries[id]?.phase == .waiting else { return fault("\(id) is rejected twice") }
                entries[id]?.phase = .rejected
                checkRejection(id, rejection)
            case .expire(let id):
                guard let entry = entries[id], entry.phase == .waiting else { return fault("\(id) expires twice") }
                if entry.expiry > now { fault("\(id) expires at \(now), not at \(entry.expiry)") }
                entries[id]?.phase = .expired
            case .abandon(let id):
                guard let entry = entries[id], entry.phase == .running else {
                    return fault("\(id) is abandoned and does not run")
                }
                if entry.expiry > now { fault("\(id) is abandoned at \(now), not at \(entry.expiry)") }
                entries[id]?.phase = .abandoned
            }
        }
        checkIdleness()
        forgetPasses()
    }

    /// Nobody is passed in an empty lane.
    private mutating func forgetPasses() {
        let lanes = Set(waiting.values.map(\.lane))
        for lane in passes.indices where !lanes.contains(lane) { passes[lane] = 0 }
    }

    private mutating func delayWhatIsDue() {
        let due = entries.filter {
            $0.value.phase == .waiting && !$0.value.isDelayed && $0.value.delayAt ?? .max <= now
        }
        for (id, _) in due.sorted(by: { ($0.value.delayAt ?? 0, $0.key) < ($1.value.delayAt ?? 0, $1.key) }) {
            entries[id]?.isDelayed = true
            entries[id]?.order = nextOrder
            nextOrder += 1
            setPatience(of: id)
        }
    }

    /// A lane leads at least one of so many batches, and each that it leads takes its oldest away.
    private mutating func setPatience(of id: ID) {
        guard queue.ageing > 0, let entry = entries[id] else { return }
        let ahead = waiting.filter { $0.value.lane == entry.lane && $0.value.order < entry.order }.count
        entries[id]?.patience = (ahead + 1) * (queue.ageing + passes.count + 1)
    }

    private var waiting: [ID: Entry] { entries.filter { $0.value.phase == .waiting } }

    private mutating func checkStart(_ instance: Int, _ members: [ID]) {
        guard running[instance] == nil, 0..<instances ~= instance else { return fault("instance \(instance) is busy") }
        let batch = members.compactMap { entries[$0] }
        guard batch.count == members.count, Set(members).count == members.count, !members.isEmpty else {
            return fault("a batch of unknown or repeated requests")
        }
        if batch.contains(where: { $0.phase != .waiting }) { fault("a request runs twice or after its end") }
        if batch.contains(where: { $0.expiry <= now }) { fault("an expired request runs") }
        let merges = batching.isDynamic && batching.maxBatchSize > 1
        if members.count > 1 {
            let rows = batch.reduce(0) { $0 + $1.request.rows }
            let length = batch.map(\.request.length).max() ?? 1
            let density =
                batch.map { Double($0.request.bytes) / Double($0.request.rows * $0.request.length) }.max() ?? 0
            if !merges { fault("a model without batches gets one") }
            if rows > batching.maxBatchSize { fault("\(rows) rows, \(batching.maxBatchSize) are allowed") }
            if rows * length > batching.maxBatchTokens { fault("\(rows * length) tokens") }
            if Double(rows * length) * density > Double(batching.maxBatchBytes) + 0.001 { fault("too many bytes") }
            if Set(batch.map(\.request.shape)).count > 1 { fault("shapes are mixed") }
        }
        checkOrder(members, batch)
        for id in waiting.keys where !members.contains(id) {
            if let patience = entries[id]?.patience, patience < .max { entries[id]?.patience = patience - 1 }
            if entries[id]?.patience ?? 0 < 0 { fault("\(id) starves") }
        }
    }

    private mutating func checkOrder(_ members: [ID], _ batch: [Entry]) {
        // What has expired unseen leaves the queue when it is its turn.
        let alive = waiting.values.filter { $0.expiry > now }
        let lanes = Dictionary(grouping: alive, by: \.lane)
        let oldest = lanes.mapValues { $0.min { $0.order < $1.order } }
        let ids = Set(members)
        guard let first = oldest.keys.min() else { return fault("nobody waits") }
        let aged = queue.ageing > 0 ? oldest.keys.filter { passes[$0] >= queue.ageing } : []
        let leaders = aged.isEmpty ? [first] : aged.filter { passes[$0] == aged.map { passes[$0] }.max() }
        guard let leader = leaders.min(), let lead = oldest[leader] ?? nil, members.first == lead.request.id else {
            return fault("the batch \(members) is not led by the oldest of its turn")
        }
        if batching.ragged?.grouping != .length {
            for (lane, entries) in lanes {
                for (_, group) in Dictionary(grouping: entries, by: \.request.shape) {
                    let order = group.sorted { $0.order < $1.order }.map { ids.contains($0.request.id) }
                    if let gap = order.firstIndex(of: false), order[gap...].contains(true) {
                        fault("lane \(lane) runs out of order")
                    }
                }
            }
        }
        for lane in passes.indices { passes[lane] = lane == leader ? 0 : passes[lane] + 1 }
        let stillWaiting = Set(waiting.filter { !ids.contains($0.key) }.map(\.value.lane))
        for lane in passes.indices where !stillWaiting.contains(lane) { passes[lane] = 0 }
    }

    private mutating func checkIdleness() {
        guard running.count < instances, !waiting.isEmpty else { return }
        let alive = waiting.values.filter { $0.expiry > now }
        guard let oldest = alive.map(\.arrival).min() else { return }
        let delay = batching.isDynamic && batching.maxBatchSize > 1 ? batching.maxQueueDelay * 1000 : 0
        if now - oldest >= delay { fault("an instance idles at \(now) while a request waits since \(oldest)") }
        if scheduler.nextWake.map({ $0 > oldest + delay }) ?? true { fault("nobody wakes the idle instance") }
    }

    private mutating func checkRejection(_ id: ID, _ rejection: Rejection) {
        guard let request = entries[id]?.request else { return }
        switch rejection.reason {
        case .late:
            if entries[id]?.expiry == .max { fault("\(id) has no deadline and is late") }
            if running.count < instances { fault("\(id) is late while an instance is idle") }
        case .queueFull, .tooLarge:
            let mates = waiting.filter { $0.value.request.shape == request.shape }.count
            if mates == 0, running.isEmpty, batching.maxQueueDelay == 0, entries[id]?.request.id == id,
                !entries.contains(where: { $0.value.arrival == now && $0.key != id })
            {
                fault("\(id) is rejected by an empty queue")
            }
        }
        if rejection.retryAfter < 0 { fault("Retry-After is negative") }
    }

    private mutating func fault(_ text: String) {
        if faults.count < 5 { faults.append(text) }
    }
}

extension SchedulerSimulation.Entry {
    fileprivate var lane: Int { 2 * (level - 1) + (isDelayed ? 1 : 0) }
}

/// Steele, Lea and Flood's generator: a schedule is its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
}
