import HTTPTypes
import Hummingbird
import JSONText
import ServiceHost
import SuiteConfig

/// What the repository holds, and, under explicit control, loading and unloading.
struct RepositoryRoutes {
    let catalog: ModelCatalog
    let loader: ModelLoader
    let config: InferenceConfig

    /// Models take minutes to load, and their files may come with the request.
    private static let deadline = Duration.seconds(600)

    func add(to v2: RouterGroup<ServiceContext>) {
        let repository = v2.group("repository")
        repository.post("index") { request, context in try await index(request, context) }
        let models = v2.group("repository/models/:model")
            .add(middleware: BodyLimit(config.maxBody))
            .add(middleware: Deadline(default: Self.deadline, cap: Self.deadline))
        models.post("load") { request, context in
            try checkControl()
            let override = try ModelOverride.read(try await request.collectBody(context))
            guard override == nil || config.uploadPath != nil else {
                throw InferenceError(
                    .forbidden, "models.upload_path is not set: this server takes no models from clients")
            }
            try await loader.load(try context.modelName, override: override)
            return Response(status: .ok)
        }
        models.post("unload") { request, context in
            try checkControl()
            let dependents = try RepositoryUnloadRequest.dependents(try await request.collectBody(context))
            try await loader.unload(try context.modelName, dependents: dependents)
            return Response(status: .ok)
        }
    }

    private func checkControl() throws(InferenceError) {
        guard config.modelControl == .explicit else {
            // What Triton answers too.
            throw InferenceError(
                .modelUnavailable,
                "explicit model load / unload is not allowed: models.control is \(config.modelControl)")
        }
    }

    private func index(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let onlyReady = try RepositoryIndexRequest.onlyReady(try await request.collectBody(context))
        var entries = catalog.entries.filter { !onlyReady || $0.state.served != nil }
        if !onlyReady {
            entries += await loader.unloadedNames().map {
                ModelCatalog.Entry(name: $0, state: .unavailable(reason: "not loaded"))
            }
        }
        var json = JSONWriter()
        json.array(entries) { $0.entry($1) }
        return .json(json)
    }
}

extension JSONWriter {
    fileprivate mutating func entry(_ entry: ModelCatalog.Entry) {
        raw("{\"name\":")
        string(entry.name)
        if let version = entry.version {
            raw(",\"version\":")
            string(String(version))
        }
        raw(",\"state\":")
        string(entry.state.name)
        raw(",\"reason\":")
        if entry.state.served != nil, let fault = entry.fault {
            string("the last change failed: \(fault)")
        } else {
            string(entry.state.reason)
        }
        raw("}")
    }
}
