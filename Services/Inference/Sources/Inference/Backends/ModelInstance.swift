import BackendABI
import ServiceAPI

/// One executor of a model and the thread that it has for its whole life.
actor ModelInstance {
    private let share: ProcessorShare?
    private let thread = EngineThread()
    /// Used on the thread, or by whoever the model's executor gives the instance while the thread waits for it.
    nonisolated let engine: EngineInstance

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - outputLimit: Bytes that the outputs of one execution may take.
    ///   - share: Processors that its thread is kept to; nil leaves it all.
    init(model: BackendModel, outputLimit: Int, share: ProcessorShare?) {
        self.share = share
        engine = EngineInstance(model: model, outputLimit: outputLimit)
    }

    /// Whether executions may also be on threads that are not its own.
    nonisolated var runsOnAnyThread: Bool { share == nil && engine.model.library.runsOnAnyThread }

    /// Makes the backend's part; call once before `execute`.
    func open(index: Int) throws(InferenceError) {
        // First, because threads that the engine starts for the instance inherit it.
        try share?.keepThread()
        try engine.open(index: index)
    }

    /// Frees the backend's part.
    func close() { engine.close() }

    /// Runs the model once; see ``EngineInstance/execute(_:outputs:cancellation:_:)``.
    func execute(
        _ inputs: [InputTensor], outputs: [Int], cancellation: Cancellation, _ timings: inout InferenceTimings
    ) throws(InferenceError) -> [OutputTensor] {
        try engine.execute(inputs, outputs: outputs, cancellation: cancellation, &timings)
    }

    /// Runs batches until the executor has no more.
    func serve(_ executor: ModelExecutor, index: Int) async {
        while let batch = await executor.next(for: index) {
            executor.complete(batch, with: engine.run(batch, executor.layout), on: index)
        }
    }
}

/// The backend's part of an instance.
///
/// One caller at a time may use it, which is what makes it sendable.
final class EngineInstance: @unchecked Sendable {
    let model: BackendModel
    private let outputLimit: Int
    private var handle: OpaquePointer?

    init(model: BackendModel, outputLimit: Int) {
        self.model = model
        self.outputLimit = outputLimit
    }

    func open(index: Int) throws(InferenceError) {
        try BackendError.check(
            model.library.table.pointee.instance_create(model.handle, UInt32(index), &handle), "creating an instance")
        guard handle != nil else {
            throw InferenceError(.invalidBackend, "instance_create succeeded without an instance")
        }
    }

    func close() {
        guard let handle else { return }
        model.library.table.pointee.instance_destroy(handle)
        self.handle = nil
    }

    /// Runs the model once.
    ///
    /// - Parameters:
    ///   - inputs: Checked against the model and in its order.
    ///   - outputs: Indexes of the outputs to produce, ascending.
    ///   - timings: Gets the compute times added.
    func execute(
        _ inputs: [InputTensor], outputs: [Int], cancellation: Cancellation, _ timings: inout InferenceTimings
    ) throws(InferenceError) -> [OutputTensor] {
        guard let handle else { throw InferenceError(.modelUnavailable, "the model is unloading") }
        guard !cancellation.isCancelled else { throw InferenceError(.cancelled, "the request was cancelled") }
        let execution = Execution(
            outputs: model.outputs, requested: outputs, byteLimit: outputLimit, cancellation: cancellation)
        let start = ContinuousClock.now
        defer { timings.add(execution.phases, from: start, to: .now) }
        try model.library.execute(handle, inputs: inputs, outputs: outputs, execution: execution)
        return try execution.finish()
    }
}

extension InferenceTimings {
    fileprivate mutating func add(
        _ marks: PhaseMarks, from start: ContinuousClock.Instant, to end: ContinuousClock.Instant
    ) {
        let (compute, output) = (marks.compute ?? start, marks.output ?? end)
        computeInput += (compute - start).nanoseconds
        computeInfer += (output - compute).nanoseconds
        computeOutput += (end - output).nanoseconds
    }
}
