import ServiceAPI
import Telemetry

/// A loaded version of a model, ready to execute requests.
final class ServedModel: Sendable {
    let name: String
    let version: Int
    let signature: ModelSignature
    private let model: BackendModel
    private let backend: Backend
    private let instances: [ModelInstance]
    private let executor: ModelExecutor

    private init(
        name: String, version: Int, signature: ModelSignature, model: BackendModel, backend: Backend,
        instances: [ModelInstance], executor: ModelExecutor
    ) {
        self.name = name
        self.version = version
        self.signature = signature
        self.model = model
        self.backend = backend
        self.instances = instances
        self.executor = executor
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
        let backend = try backends.backend(named: config.backend, isolation: config.isolation)
        let model = try await backend.load(spec)
        var instances: [ModelInstance] = []
        do throws(InferenceError) {
            let signature = try ModelSignature(model, config)
            let layout = try BatchLayout(
                inputs: model.inputs, outputs: model.outputs, axes: config.axes, batching: config.batching)
            for index in 0..<config.instances {
                let instance = ModelInstance(model: model, outputLimit: outputLimit)
                try await instance.open(index: index)
                instances.append(instance)
            }
            return ServedModel(
                name: folder.name, version: version, signature: signature, model: model, backend: backend,
                instances: instances,
                executor: ModelExecutor(model: folder.name, layout: layout, config: config, instances: instances))
        } catch {
            for instance in instances { await instance.close() }
            await backend.unload(model)
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
