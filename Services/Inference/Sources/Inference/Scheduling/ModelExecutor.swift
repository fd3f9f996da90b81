import DequeModule
import NIOCore
import NIOPosix
import ServiceAPI
import Synchronization

/// Runs requests to one model on its instances, as a `BatchScheduler` decides.
///
/// Each instance pulls: a task of its own asks for the next batch as soon as it has delivered the last. Where the backend
/// allows it, a request that is short, by what was measured, and finds an instance idle runs on the thread that brought it,
/// while the instance's own waits.
final class ModelExecutor: Sendable {
    typealias ID = ScheduledRequest.ID

    let layout: BatchLayout
    let model: String
    private let batching: Batching
    let instances: [ModelInstance]
    /// Nanoseconds up to which a request is run where it arrives.
    private let inlineLimit: Int
    private let state: Mutex<State>
    private let ids = Atomic<ID>(0)
    private let epoch = ContinuousClock.now
    private let timer: any EventLoop

    init(
        model: String, layout: BatchLayout, config: ModelConfig, instances: [ModelInstance], costs: CostTable?
    ) {
        self.model = model
        self.layout = layout
        batching = config.batching
        self.instances = instances
        inlineLimit = instances.allSatisfy(\.runsOnAnyThread) ? config.inlineMicroseconds * 1000 : 0
        timer = MultiThreadedEventLoopGroup.singleton.next()
        let scheduler = BatchScheduler(
            instances: instances.count, queue: config.queue, batching: config.batching, costs: costs ?? CostTable())
        state = Mutex(
            State(
                scheduler: scheduler, order: batching.preservesOrdering ? Deque<ID>() : nil,
                runners: instances.map { _ in .busy }, flights: instances.map { _ in nil }))
        for (index, instance) in instances.enumerated() {
            // Unstructured because a model is loaded and closed by different calls; `close` ends it.
            Task { await instance.serve(self, index: index) }
        }
    }

    /// Requests that wait for an instance.
    var waitingCount: Int { state.withLock { $0.scheduler.waitingCount } }

    /// How long batches take, as far as was measured.
    var costs: CostTable { state.withLock { $0.scheduler.costs } }

    // MARK: Requests

    /// Runs a request.
    ///
    /// - Parameters:
    ///   - inputs: As `ModelSignature.arrange` returns them.
    ///   - outputs: Indexes into the model's outputs, ascending.
    ///   - given: Says how urgent it is.
    /// - Throws: `overloaded` when the queue is full or the deadline would be missed, `expired` when its time ran out
    ///   before an instance was free, `deadlineExceeded` when the model's did, `CancellationError` as soon as the task is
    ///   cancelled.
    func run(_ inputs: [InputTensor], outputs: [Int], _ given: ModelRequest) async throws -> InferenceAnswer {
        let arrival = ContinuousClock.now
        let size = try layout.size(of: inputs)
        if let result = runAtOnce(inputs, outputs: outputs, given) { return try result.get() }
        var pieces = [inputs]
        if let rows = batching.partRows(rows: size.rows, length: size.length, bytes: size.bytes) {
            pieces = layout.cut(inputs, rows: size.rows, into: rows)
        }
        let first = ids.wrappingAdd(ID(pieces.count), ordering: .relaxed).oldValue
        let members = pieces.enumerated().map { index, inputs in
            ExecutionBatch.Member(
                id: first + ID(index), inputs: inputs, outputs: outputs,
                rows: layout.hasRows ? inputs[0].shape[0] : 1, length: size.length)
        }
        // A day is as good as none, and its nanoseconds fit.
        let timeout = min(given.timeout, 86_400_000_000) * 1000
        let scheduled = members.map { member in
            ScheduledRequest(
                id: member.id, rows: member.rows, length: member.length,
                bytes: member.inputs.reduce(0) { $0 + $1.bytes.count }, shape: size.shape, priority: given.priority,
                timeout: timeout, answerBy: given.answerBy.map(time), endBy: given.endBy.map(time))
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let request = Request(
                    continuation: continuation, parts: first..<first + ID(members.count), arrival: arrival,
                    answerBy: given.answerBy, results: Array(repeating: nil, count: members.count),
                    tokens: layout.isRagged ? size.rows * size.length : 0)
                change { state, effects in
                    // A cancellation before this found nothing to give up.
                    guard !Task.isCancelled else {
                        effects.append(.answer(request, .failure(CancellationError())))
                        return []
                    }
                    guard !state.isClosed else {
                        let error = InferenceError(.modelUnavailable, "model '\(model)' is unloading")
                        effects.append(.answer(request, .failure(error)))
                        return []
                    }
                    state.requests[first] = request
                    state.order?.append(first)
                    for member in members { state.parts[member.id] = Part(member: member, request: first) }
                    return state.scheduler.arrive(scheduled, at: time(.now))
                }
            }
        } onCancel: {
            change { state, effects in
                state.settle(first, .failure(CancellationError()), &effects)
                return []
            }
        }
    }

    /// Whether a small request would run at once if it came now.
    var runsAtOnce: Bool {
        inlineLimit > 0 && state.withLock { instanceAtHand($0, rows: 1, length: 1) != nil }
    }

    /// Runs a request on this thread, if it is short and an instance is at hand.
    ///
    /// - Returns: nil when it has to be queued; then nothing was done.
    func runAtOnce(
        _ inputs: [InputTensor], outputs: [Int], _ given: ModelRequest
    ) -> Result<InferenceAnswer, InferenceError>? {
        guard inlineLimit > 0, given.endBy == nil, let size = try? layout.size(of: inputs),
            batching.partRows(rows: size.rows, length: size.length, bytes: size.bytes) == nil
        else { return nil }
        let arrival = ContinuousClock.now
        guard given.answerBy ?? arrival >= arrival else { return nil }
        let rows = layout.hasRows ? inputs[0].shape[0] : 1
        let batch = ExecutionBatch(members: [
            .init(id: 0, inputs: inputs, outputs: outputs, rows: rows, length: size.length)
        ])
        let instance = state.withLock { state -> Int? in
            guard let instance = instanceAtHand(state, rows: rows, length: size.length) else { return nil }
            state.scheduler.takeInstanceAtHand(rows: rows, length: size.length, at: time(arrival))
            state.flights[instance] = Flight(cancellation: batch.cancellation, awaited: 1)
            return instance
        }
        guard let instance else { return nil }
        let result = instances[instance].engine.run(batch, layout)
        change { state, _ in
            state.flights[instance] = nil
            return state.scheduler.finish(instance: instance, elapsed: result.elapsed, at: time(.now))
        }
        var timings = result.timings
        timings.queue = (batch.start - arrival).nanoseconds
        timings.tokens = layout.isRagged ? size.rows * size.length : 0
        return result.outputs[0].map { InferenceAnswer(outputs: $0, timings: timings) }
    }

    /// The instance on which a request of that size may run at once: its thread waits, nobody's answer is overtaken, and the
    /// request is done sooner than another thread would be awake for it.
    private func instanceAtHand(_ state: borrowing State, rows: Int, length: Int) -> Int? {
        guard !state.isClosed, state.order == nil, let instance = state.scheduler.instanceAtHand,
            case .parked = state.runners[instance]
        else { return nil }
        let expected = state.scheduler.costs.predict(rows: rows, length: length)
        return expected > 0 && expected <= Double(inlineLimit) ? instance : nil
    }

    /// Waits until the requests that came are answered, then ends; later requests fail.
    func close() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                state.isClosed = true
                if state.isDrained { return true }
                state.drained.append(continuation)
                return false
            }
            if isDrained { continuation.resume() }
        }
        let parked = state.withLock { state in
            state.alarm?.scheduled.cancel()
            state.alarm = nil
            return state.runners.indices.compactMap { index -> CheckedContinuation<ExecutionBatch?, Never>? in
                guard case .parked(let continuation) = state.runners[index] else { return nil }
                state.runners[index] = .busy
                return continuation
            }
        }
        for continuation in parked { continuation.resume(returning: nil) }
    }

    // MARK: Instances

    /// The next batch of an instance; nil when there will be none.
    func next(for instance: Int) async -> ExecutionBatch? {
        await withCheckedContinuation { continuation in
            let next = state.withLock { state -> ExecutionBatch?? in
                if case .assigned(let batch) = state.runners[instance] {
                    state.runners[instance] = .busy
                    return batch
                }
                if state.isClosed && state.isDrained { return .some(nil) }
                state.runners[instance] = .parked(continuation)
                return nil
            }
            if let next { continuation.resume(returning: next) }
        }
    }

    /// Takes the results of a batch.
    func complete(_ batch: ExecutionBatch, with result: BatchResult, on instance: Int) {
        change { state, effects in
            state.flights[instance] = nil
            var counts = true
            for (member, outputs) in zip(batch.members, result.outputs) {
                state.take(outputs, of: member.id, from: batch, result.timings, counts: counts, &effects)
                counts = false
            }
            return state.scheduler.finish(instance: instance, elapsed: result.elapsed, at: time(.now))
        }
    }

    // MARK: Changes

    /// Changes the state, does what the scheduler decides, and sets the timer.
    func change(_ body: (inout State, inout [Effect]) -> [SchedulingDecision]) {
        let effects = state.withLock { state -> [Effect] in
            var effects: [Effect] = []
            for decision in body(&state, &effects) {
                apply(decision, &state, &effects)
            }
            state.answerInOrder(&effects)
            if state.isClosed, state.isDrained {
                effects += state.drained.map { .drained($0) }
                state.drained = []
            }
            setTimer(&state)
            return effects
        }
        for effect in effects { perform(effect) }
    }

    // MARK: Time

    private func time(_ instant: ContinuousClock.Instant) -> Int {
        let (seconds, attoseconds) = (instant - epoch).components
        return Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }

    /// Sets the timer when the scheduler wants to be woken earlier than it is set for; there is one at a time.
    private func setTimer(_ state: inout State) {
        guard let wake = state.scheduler.nextWake, wake < state.alarm?.time ?? .max else { return }
        state.alarm?.scheduled.cancel()
        // Weak, because a timeout may be a day away, and the model replaced by then.
        let scheduled = timer.scheduleTask(in: .nanoseconds(Int64(max(0, wake - time(.now))))) { [weak self] in
            guard let self else { return }
            change { state, _ in
                if state.alarm?.time == wake { state.alarm = nil }
                return state.scheduler.advance(to: self.time(.now))
            }
        }
        state.alarm = Alarm(time: wake, scheduled: scheduled)
    }
}
