import Hummingbird
import JSONText
import ServiceAPI
import ServiceHost

/// What a model is, whether it serves, and what it did.
struct ModelRoutes {
    let catalog: ModelCatalog

    func add(to v2: RouterGroup<ServiceContext>) {
        v2.get("models/stats") { _, _ in statistics(of: catalog.allServed) }
        for path in ServiceContext.modelPaths {
            let model = v2.group(path)
            model.get("") { _, context in metadata(of: try find(context)) }
            model.get("ready") { _, context in try ready(context) }
            model.get("config") { _, context in
                var json = JSONWriter()
                let model = try find(context)
                let traffic = catalog.traffic(model.name)?.policy ?? TrafficPolicy()
                TritonConfigWriter(model: model, traffic: traffic).write(&json)
                return Response.json(json)
            }
            model.get("stats") { _, context in
                let named = try find(context)
                return statistics(of: try context.versionChoice == .highest ? catalog.served(named.name) : [named])
            }
        }
    }

    private func find(_ context: ServiceContext) throws -> ServedModel {
        try catalog.find(try context.modelName, try context.versionChoice)
    }

    private func ready(_ context: ServiceContext) throws -> Response {
        do {
            let model = try find(context)
            try model.checkReadiness()
            return OpenInferenceRoutes.answer("ready", name: model.name)
        } catch let error as InferenceError where error.code == .modelUnavailable {
            // The protocol wants a 4xx for "not ready".
            throw InferenceError(.invalidRequest, error.message)
        }
    }

    private func metadata(of model: ServedModel) -> Response {
        var json = JSONWriter()
        json.raw("{\"name\":")
        json.string(model.name)
        json.raw(",\"versions\":")
        json.array(catalog.served(model.name)) { $0.string(String($1.version)) }
        json.raw(",\"platform\":")
        json.string(model.platform)
        json.raw(",\"inputs\":")
        json.array(model.signature.inputs) { $0.tensor($1) }
        json.raw(",\"outputs\":")
        json.array(model.signature.outputs) { $0.tensor($1) }
        json.raw("}")
        return .json(json)
    }

    private func statistics(of models: [ServedModel]) -> Response {
        var json = JSONWriter()
        json.raw("{\"model_stats\":")
        json.array(models) { $0.statistics(of: $1.statistics, memoryBytes: $1.memoryBytes) }
        json.raw("}")
        return .json(json)
    }
}

extension JSONWriter {
    fileprivate mutating func tensor(_ tensor: TensorDescription) {
        raw("{\"name\":")
        string(tensor.name)
        raw(",\"datatype\":")
        string(tensor.datatype.rawValue)
        raw(",\"shape\":")
        array(tensor.shape) { $0.integer($1) }
        raw("}")
    }
}
