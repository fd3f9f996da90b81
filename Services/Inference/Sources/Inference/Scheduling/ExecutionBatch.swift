import ServiceAPI

/// Requests that one instance runs together.
struct ExecutionBatch: Sendable {
    /// A request, or a part of one that was too large.
    struct Member: Sendable {
        var id: ScheduledRequest.ID
        var inputs: [InputTensor]
        /// Indexes into the model's outputs, ascending.
        var outputs: [Int]
        var rows: Int
        var length: Int
    }

    var members: [Member]
    let cancellation = Cancellation()
    let start = ContinuousClock.now

    var rows: Int { members.reduce(0) { $0 + $1.rows } }
    var length: Int { members.reduce(1) { max($0, $1.length) } }
}

/// What became of a batch.
struct BatchResult: Sendable {
    /// Per member.
    var outputs: [Result<[OutputTensor], InferenceError>]
    /// `queue` is not filled in.
    var timings: InferenceTimings
    /// Nanoseconds; nil when they tell nothing of later batches.
    var elapsed: Int?
}

extension EngineInstance {
    /// Runs a batch; when it fails, each of its requests alone, so that one cannot take others down.
    ///
    /// Not when the engine is gone: the request that ended it would do so again.
    func run(_ batch: ExecutionBatch, _ layout: BatchLayout) -> BatchResult {
        var timings = InferenceTimings()
        timings.batchSize = layout.hasRows ? batch.rows : 1
        if layout.isRagged { timings.batchTokens = batch.rows * batch.length }
        do throws(InferenceError) {
            let outputs = try execute(batch, layout, &timings)
            let elapsed = Int(clamping: timings.computeInput + timings.computeInfer + timings.computeOutput)
            return BatchResult(outputs: outputs.map { .success($0) }, timings: timings, elapsed: elapsed)
        } catch {
            guard batch.members.count > 1, !batch.cancellation.isCancelled, error.code != .modelUnavailable else {
                return BatchResult(
                    outputs: batch.members.map { _ in .failure(error) }, timings: timings, elapsed: nil)
            }
        }
        let outputs = batch.members.map { member -> Result<[OutputTensor], InferenceError> in
            do throws(InferenceError) {
                var alone = InferenceTimings()
                return .success(
                    try execute(member.inputs, outputs: member.outputs, cancellation: batch.cancellation, &alone))
            } catch {
                return .failure(error)
            }
        }
        return BatchResult(outputs: outputs, timings: timings, elapsed: nil)
    }

    private func execute(
        _ batch: ExecutionBatch, _ layout: BatchLayout, _ timings: inout InferenceTimings
    ) throws(InferenceError) -> [[OutputTensor]] {
        let start = ContinuousClock.now
        let length = batch.length
        let inputs = layout.join(batch.members.map(\.inputs), rows: batch.rows, length: length)
        timings.computeInput = (ContinuousClock.now - start).nanoseconds
        let wanted =
            batch.members.count == 1 ? batch.members[0].outputs : Set(batch.members.flatMap(\.outputs)).sorted()
        let produced = try execute(inputs, outputs: wanted, cancellation: batch.cancellation, &timings)
        if batch.members.count == 1 { return [produced] }
        let executed = ContinuousClock.now
        defer { timings.computeOutput += (ContinuousClock.now - executed).nanoseconds }
        let sizes = batch.members.map { ($0.rows, $0.length) }
        var answers = Array(repeating: [OutputTensor](), count: batch.members.count)
        for (output, index) in zip(produced, wanted) {
            let parts = try layout.split(output, index: index, among: sizes, length: length)
            for (member, part) in zip(batch.members.indices, parts) where batch.members[member].outputs.contains(index)
            {
                answers[member].append(part)
            }
        }
        return answers
    }
}
