import DequeModule
import NIOCore
import ServiceAPI

extension ModelExecutor {
    /// A request whose answer somebody waits for.
    struct Request {
        var continuation: CheckedContinuation<InferenceAnswer, any Error>
        var parts: Range<ID>
        var arrival: ContinuousClock.Instant
        var answerBy: ContinuousClock.Instant?
        /// Per part, as they come.
        var results: [[OutputTensor]?]
        var timings: InferenceTimings

        init(
            continuation: CheckedContinuation<InferenceAnswer, any Error>, parts: Range<ID>,
            arrival: ContinuousClock.Instant, answerBy: ContinuousClock.Instant?, results: [[OutputTensor]?],
            tokens: Int
        ) {
            self.continuation = continuation
            self.parts = parts
            self.arrival = arrival
            self.answerBy = answerBy
            self.results = results
            timings = InferenceTimings(executions: 0, tokens: tokens)
        }

        var isComplete: Bool { results.allSatisfy { $0 != nil } }
    }

    /// A member of a batch to come, or of one that runs.
    struct Part {
        var member: ExecutionBatch.Member
        var request: ID
        /// On which it runs.
        var instance: Int?
    }

    enum Runner {
        case busy
        case parked(CheckedContinuation<ExecutionBatch?, Never>)
        case assigned(ExecutionBatch)
    }

    /// A batch that runs.
    struct Flight {
        var cancellation: Cancellation
        /// Members whose answer somebody waits for.
        var awaited: Int
    }

    /// The timer, and when it goes off.
    struct Alarm {
        var time: Int
        var scheduled: Scheduled<Void>
    }

    struct State {
        var scheduler: BatchScheduler
        var requests: [ID: Request] = [:]
        var parts: [ID: Part] = [:]
        /// Requests in order of arrival, where answers keep it; may hold requests that were answered since.
        var order: Deque<ID>?
        var runners: [Runner]
        var flights: [Flight?]
        var alarm: Alarm?
        var isClosed = false
        /// Resumed when the last request is answered.
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    /// What has to happen outside the lock.
    enum Effect {
        case answer(Request, Result<Void, any Error>)
        case run(CheckedContinuation<ExecutionBatch?, Never>, ExecutionBatch)
        case drained(CheckedContinuation<Void, Never>)
    }
}

extension ModelExecutor.State {
    var isDrained: Bool { requests.isEmpty && flights.allSatisfy { $0 == nil } }

    /// Ends the request that a part belongs to.
    mutating func settle(
        part id: ModelExecutor.ID, _ result: Result<Void, any Error>, _ effects: inout [ModelExecutor.Effect]
    ) {
        if let part = parts[id] { settle(part.request, result, &effects) }
    }

    /// Answers a request, once; parts of it that wait leave the queue, a batch that nobody waits for learns it.
    mutating func settle(
        _ id: ModelExecutor.ID, _ result: Result<Void, any Error>, _ effects: inout [ModelExecutor.Effect]
    ) {
        guard let request = requests.removeValue(forKey: id) else { return }
        for id in request.parts {
            guard let part = parts.removeValue(forKey: id) else { continue }
            _ = scheduler.cancel(id)
            guard let instance = part.instance, var flight = flights[instance] else { continue }
            flight.awaited -= 1
            if flight.awaited == 0 { flight.cancellation.cancel() }
            flights[instance] = flight
        }
        effects.append(.answer(request, result))
    }

    /// Answers the requests that are complete, up to the first that is not.
    mutating func answerInOrder(_ effects: inout [ModelExecutor.Effect]) {
        while let first = order?.first {
            if let request = requests[first] {
                guard request.isComplete else { return }
                settle(first, .success(()), &effects)
            }
            order?.removeFirst()
        }
    }

    /// Takes the result of a part, and answers when it is the last.
    mutating func take(
        _ result: Result<[OutputTensor], InferenceError>, of id: ModelExecutor.ID, from batch: ExecutionBatch,
        _ timings: InferenceTimings, counts: Bool, _ effects: inout [ModelExecutor.Effect]
    ) {
        guard let part = parts.removeValue(forKey: id), var request = requests[part.request] else { return }
        switch result {
        case .failure(let error):
            settle(part.request, .failure(error), &effects)
        case .success(let outputs):
            request.results[Int(id - part.request)] = outputs
            request.timings.add(timings, queue: (batch.start - request.arrival).nanoseconds, counts: counts)
            requests[part.request] = request
            if request.isComplete, order == nil { settle(part.request, .success(()), &effects) }
        }
    }
}

extension InferenceTimings {
    /// Adds an execution; the time in the queue is that of the first.
    fileprivate mutating func add(_ other: InferenceTimings, queue: UInt64, counts: Bool) {
        self.queue = computeInfer == 0 ? queue : min(self.queue, queue)
        computeInput += other.computeInput
        computeInfer += other.computeInfer
        computeOutput += other.computeOutput
        executions += counts ? 1 : 0
        batchSize = max(batchSize, other.batchSize)
        batchTokens += counts ? other.batchTokens : 0
    }
}
