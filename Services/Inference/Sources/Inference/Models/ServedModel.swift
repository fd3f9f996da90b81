import NIOCore
import ServiceAPI
import Synchronization

/// A loaded version of a model, ready to execute requests.
final class ServedModel: Sendable {
    let name: String
    let version: Int
    let signature: ModelSignature
    private let model: BackendModel
    private let backend: Backend
    private let instances: [ModelInstance]
    private let tickets = Atomic<RequestQueue.Ticket>(0)
    private let state: Mutex<State>

    private struct State {
        var queue: RequestQueue
        var waiters: [RequestQueue.Ticket: CheckedContinuation<Int, any Error>] = [:]
    }

    private init(
        name: String, version: Int, config: ModelConfig, signature: ModelSignature, model: BackendModel,
        backend: Backend, instances: [ModelInstance]
    ) {
        self.name = name
        self.version = version
        self.signature = signature
        self.model = model
        self.backend = backend
        self.instances = instances
        self.state = Mutex(State(queue: RequestQueue(instances: instances.count, limits: config.queue)))
    }

    var platform: String { model.platform }

    /// Loads a version with all its instances.
    static func load(
        _ folder: ModelFolder, version: Int, config: ModelConfig, backends: BackendRegistry, outputLimit: Int
    ) async throws(InferenceError) -> ServedModel {
        let spec = ModelSpec(
            name: folder.name, version: String(version), path: try folder.file(config, version: version),
            instances: config.instances, processors: Processors.available,
            parameters: config.parameters.map { ($0.key, $0.value) })
        let backend = try backends.backend(named: config.backend)
        let model = try await backend.load(spec)
        var instances: [ModelInstance] = []
        do throws(InferenceError) {
            let signature = try ModelSignature(model, config)
            for index in 0..<config.instances {
                let instance = ModelInstance(model: model, outputLimit: outputLimit)
                try await instance.open(index: index)
                instances.append(instance)
            }
            return ServedModel(
                name: folder.name, version: version, config: config, signature: signature, model: model,
                backend: backend, instances: instances)
        } catch {
            for instance in instances { await instance.close() }
            await backend.unload(model)
            throw error
        }
    }

    /// Frees the engine's objects after what executes has ended; later requests fail.
    func close() async {
        for instance in instances { await instance.close() }
        await backend.unload(model)
    }

    /// Executes one request.
    ///
    /// - Throws: `invalidRequest` when the request does not suit the model, `overloaded` at once when the queue is full,
    ///   `CancellationError` when the task is cancelled before an instance was free.
    func infer(_ request: InferenceRequest) async throws -> InferenceAnswer {
        let inputs = try signature.arrange(request.inputs)
        let outputs = try signature.select(request.outputs?.isEmpty == false ? request.outputs?.map(\.name) : nil)
        let arrival = ContinuousClock.now
        let instance = try await acquire(bytes: inputs.reduce(0) { $0 + $1.data.readableBytes })
        defer { release(instance) }
        try Task.checkCancellation()
        let cancellation = Cancellation()
        let start = ContinuousClock.now
        let tensors = try await withTaskCancellationHandler {
            try await instances[instance].execute(inputs, outputs: outputs, cancellation: cancellation)
        } onCancel: {
            cancellation.cancel()
        }
        return InferenceAnswer(
            outputs: tensors,
            timings: InferenceTimings(
                queue: (start - arrival).nanoseconds, computeInfer: (ContinuousClock.now - start).nanoseconds))
    }

    private func acquire(bytes: Int) async throws -> Int {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let outcome = arrive(ticket, bytes: bytes, continuation) { continuation.resume(with: outcome) }
            }
        } onCancel: {
            // A cancellation before `arrive` finds nothing here; `arrive` then sees the task's flag.
            let waiter = state.withLock { state in
                state.queue.cancel(ticket) ? state.waiters.removeValue(forKey: ticket) : nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// What becomes of a request; nil when it waits, its continuation kept.
    private func arrive(
        _ ticket: RequestQueue.Ticket, bytes: Int, _ continuation: CheckedContinuation<Int, any Error>
    ) -> Result<Int, any Error>? {
        state.withLock { state in
            guard !Task.isCancelled else { return .failure(CancellationError()) }
            switch state.queue.arrive(ticket, bytes: bytes) {
            case .run(let instance):
                return .success(instance)
            case .refuse:
                return .failure(InferenceError(.overloaded, "model '\(name)': exceeds maximum queue size"))
            case .wait:
                state.waiters[ticket] = continuation
                return nil
            }
        }
    }

    private func release(_ instance: Int) {
        let next = state.withLock { state in
            state.queue.finish(instance: instance).flatMap { state.waiters.removeValue(forKey: $0) }
        }
        next?.resume(returning: instance)
    }
}

extension Duration {
    fileprivate var nanoseconds: UInt64 {
        UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds) / 1_000_000_000
    }
}
