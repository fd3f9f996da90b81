import Logging
package import ServiceAPI
import Telemetry

/// A model of a repository behind its plugin, in this process and without a server: no HTTP, no queue, no batch.
///
/// What it takes is what the engine takes, so it is what a served model is measured against.
package struct InProcessEngine: Sendable {
    package let inputs: [TensorDescription]
    private let backend: Backend
    private let model: BackendModel
    private let instances: [ModelInstance]

    /// Bytes that the outputs of one execution may take.
    private static let outputLimit = 1 << 30

    /// Loads a version with the instances, threads and parameters that its configuration gives it in the server.
    ///
    /// - Parameters:
    ///   - repository: Folder of the models.
    ///   - version: Nil takes the one that the configuration's policy would serve by default.
    ///   - plugins: Folder with `libquinion_NAME.so`.
    package init(repository: String, model name: String, version: Int?, plugins: String) async throws(InferenceError) {
        let folder = ModelFolder(name: name, path: "\(repository)/\(name)")
        let config = try folder.config()
        guard let version = version ?? config.versions.select(from: folder.versions()).max() else {
            throw InferenceError(.invalidModel, "\(name) has no version to load")
        }
        let registry = BackendRegistry(
            plugins: [:], folder: plugins, engine: nil,
            logger: Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() },
            metrics: MetricsRegistry())
        let backend = try registry.backend(named: config.backend, isolation: .none)
        let model = try await backend.load(
            ModelSpec(
                name: name, version: String(version), path: try folder.file(config, version: version),
                instances: config.instances, processors: Processors.available,
                parameters: config.parameters.map { ($0.key, $0.value) }))
        var instances: [ModelInstance] = []
        for index in 0..<config.instances {
            let instance = ModelInstance(
                model: model, outputLimit: Self.outputLimit,
                share: config.pinsInstances ? ProcessorShare(index, of: config.instances) : nil)
            try await instance.open(index: index)
            instances.append(instance)
        }
        inputs = model.inputs
        self.backend = backend
        self.model = model
        self.instances = instances
    }

    /// How many executions can run side by side.
    package var instanceCount: Int { instances.count }

    /// Runs the model once and gives all outputs' bytes together.
    ///
    /// - Parameter instance: Below `instanceCount`; one execution at a time each.
    @discardableResult
    package func run(_ tensors: [Tensor], instance: Int) async throws(InferenceError) -> Int {
        let ordered = inputs.compactMap { input in tensors.first { $0.name == input.name } }
        guard ordered.count == inputs.count, zip(inputs, ordered).allSatisfy({ $0.matches($1.shape) }) else {
            throw InferenceError(.invalidRequest, "the tensors are not the inputs of the model")
        }
        var timings = InferenceTimings()
        let outputs = try await instances[instance].execute(
            ordered.map { InputTensor($0) }, outputs: Array(model.outputs.indices), cancellation: Cancellation(),
            &timings)
        return outputs.reduce(0) { $0 + $1.bytes.count }
    }

    /// Frees the model and stops its engine.
    package func close() async {
        for instance in instances { await instance.close() }
        await backend.unload(model)
        await backend.close()
    }
}
