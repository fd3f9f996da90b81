import Inference
import Testing

@Suite struct BatchSchedulerTests {
    private func batching(_ change: (inout Batching) -> Void = { _ in }) -> Batching {
        var batching = Batching()
        batching.maxBatchSize = 8
        batching.isDynamic = true
        change(&batching)
        return batching
    }

    private func scheduler(
        instances: Int = 1, _ batching: Batching, queue change: (inout ModelConfig.Queue) -> Void = { _ in }
    ) -> BatchScheduler {
        var queue = ModelConfig.Queue()
        change(&queue)
        return BatchScheduler(instances: instances, queue: queue, batching: batching)
    }

    private func request(
        _ id: UInt64, rows: Int = 1, length: Int = 1, bytes: Int = 0, priority: Int = 0, timeout: Int = 0,
        answerBy: Int? = nil, shape: [Int] = []
    ) -> ScheduledRequest {
        ScheduledRequest(
            id: id, rows: rows, length: length, bytes: bytes, shape: shape, priority: priority, timeout: timeout,
            answerBy: answerBy)
    }

    @Test func anIdleInstanceStartsAtOnceAndABusyOneCollects() {
        var scheduler = scheduler(instances: 2, batching())
        #expect(scheduler.arrive([request(1)], at: 0) == [.start(instance: 0, requests: [1])])
        #expect(scheduler.arrive([request(2)], at: 1) == [.start(instance: 1, requests: [2])])
        for id: UInt64 in 3...12 { #expect(scheduler.arrive([request(id)], at: 2) == []) }
        #expect(
            scheduler.finish(instance: 1, elapsed: 10, at: 20)
                == [.start(instance: 1, requests: Array(3...10))])
        #expect(scheduler.finish(instance: 0, elapsed: 10, at: 21) == [.start(instance: 0, requests: [11, 12])])
        #expect(scheduler.finish(instance: 0, elapsed: 10, at: 30) == [])
        #expect(scheduler.waitingCount == 0 && scheduler.nextWake == nil)
    }

    @Test func withoutDynamicBatchingEachRequestRunsAlone() {
        var scheduler = scheduler(batching { $0.isDynamic = false })
        #expect(scheduler.arrive([request(1)], at: 0) == [.start(instance: 0, requests: [1])])
        _ = scheduler.arrive([request(2)], at: 0)
        _ = scheduler.arrive([request(3)], at: 0)
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 1) == [.start(instance: 0, requests: [2])])
    }

    @Test func boundsOfABatch() {
        var scheduler = scheduler(
            batching {
                $0.maxBatchTokens = 100
                $0.maxBatchBytes = 1000
            })
        _ = scheduler.arrive([request(1)], at: 0)
        _ = scheduler.arrive([request(2, rows: 5)], at: 0)
        _ = scheduler.arrive([request(3, rows: 4)], at: 0)
        _ = scheduler.arrive([request(4, bytes: 900)], at: 0)
        _ = scheduler.arrive([request(5, bytes: 900)], at: 0)
        // Nine rows would be too many; what comes after must not overtake.
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 1) == [.start(instance: 0, requests: [2])])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 2) == [.start(instance: 0, requests: [3])])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 3) == [.start(instance: 0, requests: [4])])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 4) == [.start(instance: 0, requests: [5])])
    }

    @Test func boundsOfTheQueue() {
        var scheduler = scheduler(batching()) {
            $0.requests = 3
            $0.bytes = 100
            $0.tokens = 50
        }
        _ = scheduler.arrive([request(1, bytes: 1_000_000)], at: 0)
        func isRefused(_ decisions: [SchedulingDecision], _ id: UInt64) -> Bool {
            decisions == [.reject(id, Rejection(reason: .queueFull, retryAfter: 0))]
        }
        #expect(scheduler.arrive([request(2, bytes: 60)], at: 0) == [])
        #expect(isRefused(scheduler.arrive([request(3, bytes: 41)], at: 0), 3))
        #expect(isRefused(scheduler.arrive([request(4, rows: 2, length: 30)], at: 0), 4))
        #expect(scheduler.arrive([request(5, rows: 2, length: 20)], at: 0) == [])
        #expect(scheduler.arrive([request(6)], at: 0) == [])
        #expect(isRefused(scheduler.arrive([request(7)], at: 0), 7))
        let (first, second) = (scheduler.cancel(2), scheduler.cancel(2))
        #expect(first && !second)
        #expect(scheduler.waitingBytes == 0 && scheduler.waitingTokens == 41)
        #expect(scheduler.arrive([request(8, bytes: 100)], at: 0) == [])
    }

    @Test func higherPrioritiesGoFirstAndFillUpWithLower() {
        var scheduler = scheduler(
            batching {
                $0.maxBatchSize = 2
                $0.priorityLevels = 3
                $0.defaultPriorityLevel = 2
            })
        _ = scheduler.arrive([request(1)], at: 0)
        _ = scheduler.arrive([request(2, priority: 3)], at: 0)
        _ = scheduler.arrive([request(3)], at: 0)  // the default, 2
        _ = scheduler.arrive([request(4, priority: 1)], at: 0)
        _ = scheduler.arrive([request(5, priority: 9)], at: 0)  // beyond: the default
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 1) == [.start(instance: 0, requests: [4, 3])])
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 2) == [.start(instance: 0, requests: [5, 2])])
    }

    /// Priority 1 never lets the queue run dry; after two batches of it, priority 2 leads one.
    @Test func aLowPriorityIsNotPassedForEver() {
        var scheduler = scheduler(
            batching {
                $0.maxBatchSize = 1
                $0.priorityLevels = 2
                $0.defaultPriorityLevel = 1
            }
        ) { $0.ageing = 2 }
        _ = scheduler.arrive([request(0)], at: 0)
        _ = scheduler.arrive([request(99, priority: 2)], at: 0)
        var order: [UInt64] = []
        for id: UInt64 in 1...6 {
            _ = scheduler.arrive([request(id)], at: Int(id))
            if case .start(_, let started) = scheduler.finish(instance: 0, elapsed: 1, at: Int(id)).first {
                order += started
            }
        }
        #expect(order == [1, 2, 99, 3, 4, 5])
    }

    @Test func aTimeoutRejectsOrDelays() {
        var policy = Batching.QueuePolicy()
        policy.defaultTimeout = 10
        for action in [Batching.TimeoutAction.reject, .delay] {
            policy.timeoutAction = action
            var scheduler = scheduler(
                batching {
                    $0.maxBatchSize = 1
                    $0.defaultQueuePolicy = policy
                })
            _ = scheduler.arrive([request(1)], at: 0)
            _ = scheduler.arrive([request(2)], at: 1000)
            _ = scheduler.arrive([request(3)], at: 5000)
            #expect(scheduler.nextWake == 10_000)
            // The first runs: with REJECT it is answered now, its execution goes on.
            #expect(scheduler.advance(to: 10_000) == (action == .reject ? [.abandon(1)] : []))
            #expect(scheduler.advance(to: 11_000) == (action == .reject ? [.expire(2)] : []))
            #expect(scheduler.finish(instance: 0, elapsed: 1, at: 12_000) == [.start(instance: 0, requests: [3])])
            #expect(
                scheduler.finish(instance: 0, elapsed: 1, at: 13_000)
                    == (action == .delay ? [.start(instance: 0, requests: [2])] : []))
        }
    }

    /// Triton ignores a request's timeout when the default is 0; and it may only be shortened.
    @Test(arguments: [(0, true, 4), (0, false, nil), (10, true, 4), (10, false, 10), (3, true, 3)])
    func aRequestsOwnTimeout(standard: Int, override: Bool, expected: Int?) {
        var policy = Batching.QueuePolicy()
        policy.defaultTimeout = standard
        policy.allowsTimeoutOverride = override
        var scheduler = scheduler(batching { $0.defaultQueuePolicy = policy })
        _ = scheduler.arrive([request(1, shape: [1])], at: 0)
        _ = scheduler.finish(instance: 0, elapsed: nil, at: 0)
        _ = scheduler.arrive([request(2, timeout: 4000)], at: 100_000)
        #expect(scheduler.nextWake == expected.map { 100_000 + $0 * 1000 })
    }

    @Test func aLevelHasItsOwnQueueSize() {
        var policy = Batching.QueuePolicy()
        policy.maxQueueSize = 1
        var scheduler = scheduler(
            batching {
                $0.priorityLevels = 2
                $0.defaultPriorityLevel = 1
                $0.priorityQueuePolicies = [2: policy]
            })
        _ = scheduler.arrive([request(1)], at: 0)
        #expect(scheduler.arrive([request(2, priority: 2)], at: 0) == [])
        #expect(
            scheduler.arrive([request(3, priority: 2)], at: 0)
                == [.reject(3, Rejection(reason: .queueFull, retryAfter: 0))])
        #expect(scheduler.arrive([request(4, priority: 1)], at: 0) == [])
    }

    @Test func aDelayLetsABatchGrowUntilItIsOverOrAPreferredSizeIsMet() {
        let batching = batching {
            $0.maxQueueDelay = 100
            $0.preferredBatchSizes = [4]
        }
        var scheduler = scheduler(batching)
        #expect(scheduler.arrive([request(1)], at: 0) == [])
        #expect(scheduler.nextWake == 100_000)
        #expect(scheduler.arrive([request(2)], at: 50_000) == [])
        #expect(scheduler.nextWake == 100_000)
        #expect(scheduler.advance(to: 100_000) == [.start(instance: 0, requests: [1, 2])])
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 200_000) == [])
        for id: UInt64 in 3...5 { #expect(scheduler.arrive([request(id)], at: 200_000) == []) }
        #expect(scheduler.arrive([request(6)], at: 200_001) == [.start(instance: 0, requests: [3, 4, 5, 6])])
    }

    /// Triton batches up to one more than the greatest preferred size.
    @Test func aPreferredSizeIsMetExactly() {
        var scheduler = scheduler(batching { $0.preferredBatchSizes = [2, 4] })
        _ = scheduler.arrive([request(0)], at: 0)
        for id: UInt64 in 1...5 { _ = scheduler.arrive([request(id)], at: 0) }
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 1) == [.start(instance: 0, requests: [1, 2, 3, 4])])
        #expect(scheduler.finish(instance: 0, elapsed: 1, at: 2) == [.start(instance: 0, requests: [5])])
    }

    @Test func aDelayLetsNobodyExpire() {
        var scheduler = scheduler(batching { $0.maxQueueDelay = 100 })
        #expect(
            scheduler.arrive([request(1, timeout: 50_000)], at: 0) == [.start(instance: 0, requests: [1])])
    }

    @Test func partsOfARequestAreTakenTogetherOrNotAtAll() {
        var scheduler = scheduler(batching()) { $0.requests = 2 }
        #expect(
            scheduler.arrive([request(1, rows: 8), request(2, rows: 8), request(3, rows: 2)], at: 0)
                == [.start(instance: 0, requests: [1])])
        let full = Rejection(reason: .queueFull, retryAfter: 0)
        #expect(scheduler.arrive([request(4), request(5)], at: 0) == [.reject(4, full), .reject(5, full)])
        let large = Rejection(reason: .tooLarge, retryAfter: 0)
        #expect(
            scheduler.arrive((10...13).map { request($0, rows: 8) }, at: 0) == (10...13).map { .reject($0, large) })
    }

    /// Ten milliseconds a request, known from the first: the fourth in a row cannot be answered within 25.
    @Test func whatWouldBeLateIsRefusedEarly() {
        var scheduler = scheduler(batching { $0.maxBatchSize = 1 })
        let ms = 1_000_000
        _ = scheduler.arrive([request(1)], at: 0)
        _ = scheduler.finish(instance: 0, elapsed: 10 * ms, at: 10 * ms)
        _ = scheduler.arrive([request(2)], at: 20 * ms)
        #expect(scheduler.arrive([request(3, answerBy: 45 * ms)], at: 20 * ms) == [])
        let decisions = scheduler.arrive([request(4, answerBy: 45 * ms)], at: 20 * ms)
        guard case .reject(4, let rejection)? = decisions.first else {
            Issue.record("\(decisions)")
            return
        }
        #expect(rejection.reason == .late)
        #expect(abs(rejection.retryAfter - 5 * ms) < ms / 100)
        #expect(scheduler.arrive([request(5, answerBy: 51 * ms)], at: 20 * ms) == [])
        // On an idle instance no guess keeps a request from running.
        _ = scheduler.cancel(3)
        _ = scheduler.cancel(5)
        _ = scheduler.finish(instance: 0, elapsed: 10 * ms, at: 30 * ms)
        #expect(
            scheduler.arrive([request(6, answerBy: 31 * ms)], at: 30 * ms) == [.start(instance: 0, requests: [6])])
    }

    /// 16 and 500 tokens do not wait for one another; neighbours in length share a batch, and the oldest leads.
    @Test func raggedRequestsRunWithThoseOfTheirLength() {
        var scheduler = scheduler(batching { $0.ragged = .init(axis: "sequence", mask: "mask") })
        _ = scheduler.arrive([request(0)], at: 0)
        for (id, length) in [(1, 500), (2, 16), (3, 502), (4, 20), (5, 498), (6, 18)] {
            _ = scheduler.arrive([request(UInt64(id), length: length)], at: id)
        }
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 10) == [.start(instance: 0, requests: [1, 3, 5])])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 20) == [.start(instance: 0, requests: [2, 4, 6])])
    }

    /// A model that takes twice as long per row in batches of its long requests: it learns to run those alone.
    @Test func theCutFollowsWhatWasMeasured() {
        var scheduler = scheduler(batching { $0.ragged = .init(axis: "sequence", mask: "mask") })
        func cost(_ rows: Int, _ length: Int) -> Int { rows * length * (rows > 1 && length > 100 ? 2000 : 1000) }
        var (now, id) = (0, UInt64(0))
        var sizes: [Int] = []
        for _ in 0..<40 {
            var batch = scheduler.arrive([request(id, length: 400)], at: now)
            for _ in 0..<4 {
                id += 1
                _ = scheduler.arrive([request(id, length: 400)], at: now)
            }
            id += 1
            sizes = []
            while case .start(let instance, let members)? = batch.first {
                sizes.append(members.count)
                let elapsed = cost(members.count, 400)
                now += elapsed
                batch = scheduler.finish(instance: instance, elapsed: elapsed, at: now)
            }
        }
        #expect(sizes == [1, 1, 1, 1, 1])
    }
}
