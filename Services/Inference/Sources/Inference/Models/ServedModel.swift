import ServiceAPI
import Telemetry

/// A loaded version of a model, ready to execute requests.
final class ServedModel: Sendable {
    let origin: ModelOrigin
    let signature: ModelSignature
    let statistics: ModelStatistics
    /// Names of classes by output.
    let labels: [String: [String]]
    /// Who uses it: it is closed when nobody does.
    let leases = Leases()
    private let model: BackendModel
    private let backend: Backend
    private let instances: [ModelInstance]
    private let executor: ModelExecutor

    private init(
        origin: ModelOrigin, signature: ModelSignature, labels: [String: [String]], statistics: ModelStatistics,
        model: BackendModel, backend: Backend, instances: [ModelInstance], executor: ModelExecutor
    ) {
        self.origin = origin
        self.signature = signature
        self.labels = labels
        self.statistics = statistics
        self.model = model
        self.backend = backend
        self.instances = instances
        self.executor = executor
    }

    var name: String { origin.folder.name }
    var version: Int { origin.version }
    var config: ModelConfig { origin.config }
    var platform: String { model.platform }

    /// Requests that wait for an instance.
    var pendingCount: Int { executor.waitingCount }

    /// Loads a version with all its instances, and warms it up.
    static func load(
        _ origin: ModelOrigin, backends: BackendRegistry, outputLimit: Int, statistics: ModelStatistics
    ) async throws(InferenceError) -> ServedModel {
        let (folder, config) = (origin.folder, origin.config)
        let spec = ModelSpec(
            name: folder.name, version: String(origin.version), path: try folder.file(config, version: origin.version),
            instances: config.instances, processors: Processors.available,
            parameters: config.parameters.map { ($0.key, $0.value) })
        let backend = try backends.backend(named: config.backend, isolation: config.isolation)
        let model = try await backend.load(spec)
        var instances: [ModelInstance] = []
        do throws(InferenceError) {
            let signature = try ModelSignature(model, config)
            let layout = try BatchLayout(
                inputs: model.inputs, outputs: model.outputs, axes: config.axes, batching: config.batching)
            var labels: [String: [String]] = [:]
            for (output, file) in config.labels {
                guard signature.outputs.contains(where: { $0.name == output }) else {
                    throw InferenceError(.invalidModel, "'labels' names the output '\(output)', which the model lacks")
                }
                labels[output] = try folder.labels(file)
            }
            for index in 0..<config.instances {
                let instance = ModelInstance(model: model, outputLimit: outputLimit)
                try await instance.open(index: index)
                instances.append(instance)
            }
            let served = ServedModel(
                origin: origin, signature: signature, labels: labels, statistics: statistics, model: model,
                backend: backend, instances: instances,
                executor: ModelExecutor(model: folder.name, layout: layout, config: config, instances: instances))
            do throws(InferenceError) {
                try await served.warmUp()
            } catch {
                await served.executor.close()
                throw error
            }
            return served
        } catch {
            for instance in instances { await instance.close() }
            await backend.unload(model)
            throw error
        }
    }

    /// Executes the configuration's warm-up requests, as many at a time as there are instances.
    private func warmUp() async throws(InferenceError) {
        for (index, warmup) in config.warmup.enumerated() {
            let request = InferenceRequest(inputs: try warmup.tensors(for: signature))
            do {
                for _ in 0..<warmup.count {
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<config.instances { group.addTask { _ = try await self.infer(request) } }
                        try await group.waitForAll()
                    }
                }
            } catch {
                throw InferenceError(.invalidModel, "'warmup[\(index)]' failed: \(error)")
            }
        }
    }

    /// Executes one request and counts it.
    func answer(_ request: InferenceRequest) async throws -> (answer: InferenceAnswer, duration: UInt64) {
        var request = request
        if let body = request.rawInput { request.inputs = [try signature.rawInput(body)] }
        let arrival = ContinuousClock.now
        do {
            let answer = try await infer(request)
            let duration = (ContinuousClock.now - arrival).nanoseconds
            let rows = config.batching.maxBatchSize > 0 ? request.inputs.first?.shape.first ?? 1 : 1
            statistics.succeeded(rows: rows, timings: answer.timings, duration: duration)
            return (answer, duration)
        } catch {
            statistics.failed(ModelStatistics.Failure(error), duration: (ContinuousClock.now - arrival).nanoseconds)
            throw error
        }
    }

    /// Frees the engine's objects after what executes has ended; later requests fail.
    func close() async {
        await executor.close()
        for instance in instances { await instance.close() }
        await backend.unload(model)
    }

    /// Executes one request.
    ///
    /// - Throws: `invalidRequest` when the request does not suit the model, and what `ModelExecutor.run` throws.
    func infer(_ request: InferenceRequest) async throws -> InferenceAnswer {
        let inputs = try signature.arrange(request.inputs)
        let outputs = try signature.select(request.outputs?.isEmpty == false ? request.outputs?.map(\.name) : nil)
        return try await executor.run(
            inputs, outputs: outputs, priority: request.priority, timeout: request.timeout,
            answerBy: RequestScope.current?.deadline)
    }
}
