import HTTPTypes
import Hummingbird
import JSONText
import ServiceAPI
import ServiceHost
import SuiteConfig
import Telemetry

/// The Open Inference Protocol v2 over HTTP with Triton's extensions.
struct OpenInferenceRoutes {
    let catalog: ModelCatalog
    let loader: ModelLoader
    let tracer: RequestTracer
    let logs: LogSettings
    let config: InferenceConfig
    let shadows: ShadowTraffic
    let telemetry: Telemetry

    static let extensions = [
        "classification", "model_repository", "model_repository(unload_dependents)", "schedule_policy",
        "model_configuration", "binary_tensor_data", "parameters", "statistics", "trace", "logging",
    ]

    func add(to router: ServiceRouter) {
        let v2 = router.group("v2").add(middleware: ErrorForm(.custom(OpenInferenceError.response)))
        v2.get("") { _, _ in serverMetadata() }
        v2.get("health/live") { _, _ in Self.answer("live") }
        v2.get("health/ready") { _, _ in
            try catalog.checkReadiness(strict: config.strictReadiness)
            return Self.answer("ready")
        }
        ModelRoutes(catalog: catalog).add(to: v2)
        RepositoryRoutes(catalog: catalog, loader: loader, config: config).add(to: v2)
        SettingsRoutes(catalog: catalog, tracer: tracer, logs: logs, isOpen: config.remoteSettings).add(to: v2)
        SharedMemoryRoutes.add(to: v2)
        infer.add(
            to: v2.group("")
                .add(middleware: BodyLimit(config.maxBody))
                .add(
                    middleware: ConcurrencyLimit(
                        name: "inference", running: config.maxRequests, waiting: 0, telemetry: telemetry)))
    }

    var infer: InferRoute {
        InferRoute(catalog: catalog, tracer: tracer, shadows: shadows, bodyLimit: config.maxBody)
    }

    private func serverMetadata() -> Response {
        var json = JSONWriter()
        json.raw("{\"name\":\"quinion\",\"version\":")
        json.string(suiteVersion)
        json.raw(",\"extensions\":")
        json.array(Self.extensions) { $0.string($1) }
        json.raw("}")
        return .json(json)
    }

    /// `{"live":true}`, with the name of what it is said of.
    static func answer(_ key: StaticString, name: String? = nil) -> Response {
        var json = JSONWriter()
        json.raw("{")
        if let name {
            json.raw("\"name\":")
            json.string(name)
            json.raw(",")
        }
        json.raw("\"")
        json.raw(key)
        json.raw("\":true}")
        return .json(json)
    }
}

extension ServiceContext {
    /// The model that the path names.
    var modelName: String {
        get throws { try pathParameter("model") }
    }

    /// Paths of a model, of one of its versions, and of a version by its label.
    static let modelPaths: [RouterPath] = [
        "models/:model", "models/:model/versions/:version", "models/:model/labels/:label",
    ]

    /// The version that the path names.
    var versionChoice: VersionChoice {
        get throws {
            if parameters.get("label") != nil { return .label(try pathParameter("label")) }
            guard parameters.get("version") != nil else { return .highest }
            let text = try pathParameter("version")
            guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
                throw InferenceError(.invalidRequest, "version '\(text.prefix(40))' is not a positive integer")
            }
            guard let version = Int(text) else {
                throw InferenceError(.notFound, "there is no version \(text.prefix(40))")
            }
            return .number(version)
        }
    }
}
