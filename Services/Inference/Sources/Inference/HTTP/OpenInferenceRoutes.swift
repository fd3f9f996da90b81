import HTTPTypes
import Hummingbird
import ServiceAPI
import ServiceHost
import SuiteConfig
import Telemetry

/// The Open Inference Protocol v2 over HTTP, with Triton's binary tensors and repository index.
struct OpenInferenceRoutes {
    let catalog: ModelCatalog
    let config: InferenceConfig
    let telemetry: Telemetry

    static let extensions = ["binary_tensor_data", "model_repository", "parameters"]

    func add(to router: ServiceRouter) {
        let v2 = router.group("v2").add(middleware: ErrorForm(.custom(OpenInferenceError.response)))
        v2.get("") { _, _ in serverMetadata() }
        v2.get("health/live") { _, _ in answer("live", true) }
        v2.get("health/ready") { _, _ in
            try catalog.checkReadiness(strict: config.strictReadiness)
            return answer("ready", true)
        }
        v2.post("repository/index") { request, context in try await index(request, context) }

        for path in ["models/:model", "models/:model/versions/:version"] as [RouterPath] {
            let models = v2.group(path)
            models.get("") { _, context in try metadata(of: try model(context)) }
            models.get("ready") { _, context in try ready(context) }
        }
        let inference = v2.group("")
            .add(middleware: BodyLimit(config.maxBody))
            .add(
                middleware: ConcurrencyLimit(
                    name: "inference", running: config.maxRequests, waiting: 0, telemetry: telemetry))
        for path in ["models/:model", "models/:model/versions/:version"] as [RouterPath] {
            inference.group(path).post("infer") { request, context in try await infer(request, context) }
        }
    }

    // MARK: Server

    private func serverMetadata() -> Response {
        var json = JSONWriter()
        json.raw("{\"name\":\"quinion\",\"version\":")
        json.string(suiteVersion)
        json.raw(",\"extensions\":")
        json.array(Self.extensions) { $0.string($1) }
        json.raw("}")
        return .json(json)
    }

    private func answer(_ key: StaticString, _ value: Bool, name: String? = nil) -> Response {
        var json = JSONWriter()
        json.raw("{")
        if let name {
            json.raw("\"name\":")
            json.string(name)
            json.raw(",")
        }
        json.raw("\"")
        json.raw(key)
        if value { json.raw("\":true}") } else { json.raw("\":false}") }
        return .json(json)
    }

    // MARK: Models

    private func model(_ context: ServiceContext) throws -> ServedModel {
        try catalog.served(try context.pathParameter("model"), version: try version(context))
    }

    private func version(_ context: ServiceContext) throws -> Int? {
        guard context.parameters.get("version") != nil else { return nil }
        let text = try context.pathParameter("version")
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            throw InferenceError(.invalidRequest, "version '\(text.prefix(40))' is not a positive integer")
        }
        guard let version = Int(text) else {
            throw InferenceError(.notFound, "there is no version \(text.prefix(40))")
        }
        return version
    }

    private func ready(_ context: ServiceContext) throws -> Response {
        do {
            return answer("ready", true, name: try model(context).name)
        } catch let error as InferenceError where error.code == .modelUnavailable {
            // The protocol wants a 4xx for "not ready".
            throw InferenceError(.invalidRequest, error.message)
        }
    }

    private func metadata(of model: ServedModel) throws -> Response {
        var json = JSONWriter()
        json.raw("{\"name\":")
        json.string(model.name)
        json.raw(",\"versions\":")
        json.array(catalog.readyVersions(of: model.name)) { $0.string(String($1)) }
        json.raw(",\"platform\":")
        json.string(model.platform)
        json.raw(",\"inputs\":")
        json.array(model.signature.inputs) { $0.tensor($1) }
        json.raw(",\"outputs\":")
        json.array(model.signature.outputs) { $0.tensor($1) }
        json.raw("}")
        return .json(json)
    }

    // MARK: Repository

    private func index(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let body = try await request.collectBody(context)
        let onlyReady = try RepositoryIndexRequest.onlyReady(body)
        let entries = catalog.entries.filter { entry in
            guard onlyReady else { return true }
            if case .ready = entry.state { return true } else { return false }
        }
        var json = JSONWriter()
        json.array(entries) { $0.entry($1) }
        return .json(json)
    }

    // MARK: Inference

    private func infer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let model = try model(context)
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError(
                status: 415, code: "unsupported_encoding",
                message: "Content-Encoding '\(encoding.prefix(40))' is not supported, send the body as it is")
        }
        let body = try await request.collectBody(context)
        let given = try InferenceRequestReader.read(body, headerLength: request.headers[.inferenceHeaderContentLength])
        let inference = try await model.infer(given)
        let answer = try InferenceResponseWriter(model: model.name, version: model.version, id: given.id).write(
            inference.outputs.map { tensor in
                (tensor, given.outputs?.first { $0.name == tensor.name }?.isBinary ?? given.binaryByDefault)
            })
        var headers: HTTPFields = [.contentType: "application/json"]
        if let length = answer.headerLength {
            headers[.contentType] = "application/octet-stream"
            headers[.inferenceHeaderContentLength] = String(length)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: answer.body))
    }
}

extension HTTPField.Name {
    // The name is a valid token, so the initialiser cannot fail.
    static let inferenceHeaderContentLength = HTTPField.Name(ServiceAPI.inferenceHeaderContentLength)!
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
        string(entry.state.reason)
        raw("}")
    }
}
