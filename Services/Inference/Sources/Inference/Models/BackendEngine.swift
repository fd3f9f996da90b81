import ServiceAPI

/// A version that a backend has loaded, with its instances.
struct BackendEngine: ModelEngine {
    let signature: ModelSignature
    private let model: BackendModel
    private let backend: Backend
    private let instances: [ModelInstance]
    private let executor: ModelExecutor
    private let costs: CostFile?

    var platform: String { model.platform }
    var pendingCount: Int { executor.waitingCount }
    var memoryBytes: Int? { model.scope.memoryBytes }

    /// Has the backend read the model and makes all instances.
    static func load(
        _ origin: ModelOrigin, backends: BackendRegistry, outputLimit: Int, costs: CostFile?
    ) async throws(InferenceError) -> BackendEngine {
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
            for index in 0..<config.instances {
                let instance = ModelInstance(
                    model: model, outputLimit: outputLimit,
                    share: config.pinsInstances ? ProcessorShare(index, of: config.instances) : nil)
                try await instance.open(index: index)
                instances.append(instance)
            }
            return BackendEngine(
                signature: signature, model: model, backend: backend, instances: instances,
                executor: ModelExecutor(
                    model: folder.name, layout: layout, config: config, instances: instances, costs: costs?.read()),
                costs: costs)
        } catch {
            for instance in instances { await instance.close() }
            await backend.unload(model)
            throw error
        }
    }

    func checkReadiness() {}

    func run(_ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest) async throws -> InferenceAnswer {
        try await executor.run(inputs, outputs: outputs, request)
    }

    var runsAtOnce: Bool { executor.runsAtOnce }

    func runAtOnce(
        _ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest
    ) -> Result<InferenceAnswer, InferenceError>? {
        executor.runAtOnce(inputs, outputs: outputs, request)
    }

    func close() async {
        await executor.close()
        // Without it the next process measures anew.
        if !executor.costs.isEmpty { try? costs?.write(executor.costs) }
        for instance in instances { await instance.close() }
        await backend.unload(model)
    }
}
