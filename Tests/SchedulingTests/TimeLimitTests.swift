import Inference
import Testing

/// `endBy`: when a request is answered in any case.
@Suite struct TimeLimitTests {
    @Test func aRequestThatWaitsEndsThen() {
        var scheduler = BatchScheduler(instances: 1, queue: .init(), batching: .init())
        #expect(scheduler.arrive([ScheduledRequest(id: 1)], at: 0) == [.start(instance: 0, requests: [1])])
        #expect(scheduler.arrive([ScheduledRequest(id: 2, endBy: 50)], at: 10) == [])
        #expect(scheduler.nextWake == 50)
        #expect(scheduler.advance(to: 49) == [])
        #expect(scheduler.advance(to: 50) == [.expire(2)])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 60) == [])
    }

    @Test func aRequestThatRunsIsAbandonedThenAndOnce() {
        var scheduler = BatchScheduler(instances: 1, queue: .init(), batching: .init())
        _ = scheduler.arrive([ScheduledRequest(id: 1, timeout: 80, endBy: 50)], at: 0)
        #expect(scheduler.advance(to: 50) == [.abandon(1)])
        #expect(scheduler.advance(to: 90) == [])
        #expect(scheduler.finish(instance: 0, elapsed: nil, at: 100) == [])
    }

    /// A timeout that only delays does not abandon what runs.
    @Test func aDelayIsNoEnd() {
        var batching = Batching()
        batching.defaultQueuePolicy.timeoutAction = .delay
        var scheduler = BatchScheduler(instances: 1, queue: .init(), batching: batching)
        _ = scheduler.arrive([ScheduledRequest(id: 1, timeout: 20, endBy: 50)], at: 0)
        #expect(scheduler.advance(to: 30) == [])
        #expect(scheduler.advance(to: 50) == [.abandon(1)])
    }
}
