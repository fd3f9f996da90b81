import Inference
import Testing

@Suite struct RequestQueueTests {
    private func limits(requests: Int, bytes: Int = .max) -> ModelConfig.Queue {
        var limits = ModelConfig.Queue()
        limits.requests = requests
        limits.bytes = bytes
        return limits
    }

    @Test func anIdleInstanceTakesARequestAtOnce() {
        var queue = RequestQueue(instances: 2, limits: limits(requests: 0))
        #expect(queue.arrive(1, bytes: 10) == .run(instance: 0))
        #expect(queue.arrive(2, bytes: 10) == .run(instance: 1))
        #expect(queue.arrive(3, bytes: 10) == .refuse)
        #expect(queue.finish(instance: 1) == nil)
        #expect(queue.arrive(4, bytes: 10) == .run(instance: 1))
    }

    @Test func waitingRequestsRunInOrderOfArrival() {
        var queue = RequestQueue(instances: 1, limits: limits(requests: 3))
        #expect(queue.arrive(1, bytes: 1) == .run(instance: 0))
        for ticket: RequestQueue.Ticket in 2...4 { #expect(queue.arrive(ticket, bytes: 1) == .wait) }
        #expect(queue.arrive(5, bytes: 1) == .refuse)
        #expect(queue.cancel(3) == true)
        #expect(queue.cancel(3) == false)
        #expect(queue.finish(instance: 0) == 2)
        #expect(queue.finish(instance: 0) == 4)
        #expect(queue.finish(instance: 0) == nil)
    }

    @Test func bytesOfWaitingRequestsAreBounded() {
        var queue = RequestQueue(instances: 1, limits: limits(requests: 10, bytes: 100))
        _ = queue.arrive(1, bytes: 1_000_000)
        #expect(queue.arrive(2, bytes: 60) == .wait)
        #expect(queue.arrive(3, bytes: 41) == .refuse)
        #expect(queue.arrive(4, bytes: 40) == .wait)
        #expect(queue.cancel(2) == true)
        #expect(queue.waitingBytes == 40)
        #expect(queue.arrive(5, bytes: 60) == .wait)
    }

    /// Conservation: whatever the schedule, each request is run once, cancelled once, refused once, or still waits, and
    /// no instance runs two.
    @Test func noRequestIsLostOrRunTwice() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let instances = Int.random(in: 1...4, using: &generator)
            var queue = RequestQueue(instances: instances, limits: limits(requests: 5, bytes: 50))
            var running: [Int: RequestQueue.Ticket] = [:]
            var waiting: [RequestQueue.Ticket] = []
            var ticket: RequestQueue.Ticket = 0
            for _ in 0..<500 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0, 1:
                    ticket += 1
                    switch queue.arrive(ticket, bytes: Int.random(in: 0...20, using: &generator)) {
                    case .run(let instance):
                        #expect(running[instance] == nil && waiting.isEmpty)
                        running[instance] = ticket
                    case .wait:
                        #expect(running.count == instances)
                        waiting.append(ticket)
                    case .refuse:
                        #expect(running.count == instances)
                    }
                case 2:
                    guard let instance = running.keys.randomElement(using: &generator) else { continue }
                    let next = queue.finish(instance: instance)
                    #expect(next == waiting.first)
                    running[instance] = next
                    if next != nil { waiting.removeFirst() }
                default:
                    guard let given = waiting.randomElement(using: &generator) else { continue }
                    #expect(queue.cancel(given) == true)
                    waiting.removeAll { $0 == given }
                }
                #expect(queue.waitingCount == waiting.count && waiting.count <= 5)
            }
        }
    }
}
