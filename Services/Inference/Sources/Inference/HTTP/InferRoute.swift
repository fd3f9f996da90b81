import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// `infer`: from the body's bytes to the answer's.
struct InferRoute {
    let catalog: ModelCatalog
    let tracer: RequestTracer
    let shadows: ShadowTraffic
    /// Bytes of a request's body at most.
    let bodyLimit: Int

    /// Bytes of outputs that are still written on the connection's thread; with more, its other connections would wait.
    private static let short = 1 << 16

    func add(to v2: RouterGroup<ServiceContext>) {
        for path in ServiceContext.modelPaths {
            v2.group(path).post("infer") { request, context in try await infer(request, context) }
        }
    }

    private func infer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let name = try context.modelName
        let asked = try context.versionChoice
        // Before the body is read, because it may be long; and lent only after, because it may be slow.
        let found = try catalog.find(name, asked)
        let traffic = catalog.traffic(name)
        let endBy = traffic?.endOfTime
        do throws(InferenceError) {
            try traffic?.admit(to: name)
        } catch {
            found.statistics.failed(.rejected, duration: 0)
            throw error
        }
        let encoding: ContentEncoding?
        do throws(InferenceError) {
            encoding = try ContentEncoding(of: request.headers[.contentEncoding])
        } catch {
            var response = OpenInferenceError.response(for: error.apiError)
            response.headers[.acceptEncoding] = "gzip, deflate"
            return response
        }
        var body = try await request.collectBody(context)
        if let encoding { body = try encoding.decode(body, limit: context.maxUploadSize) }
        let given = try InferenceRequestReader.read(body, headerLength: request.headers[.inferenceHeaderContentLength])
        let choice = traffic?.route(asked, request.headers, model: name) ?? asked
        return try await catalog.withModel(name, choice) { model in
            let wish = try ModelRequest(given, to: model.signature, endBy: endBy)
            let (answer, duration) = try await model.answer(wish)
            if let shadow = traffic?.shadow(of: model.version) {
                shadows.offer(wish, answered: answer.outputs, by: name, on: shadow)
            }
            tracer.completed(model, answer.timings, duration: duration, logger: context.logger)
            guard answer.outputs.reduce(0, { $0 + $1.bytes.count }) > Self.short else {
                return try response(write(answer.outputs, of: model, for: given), to: request)
            }
            return try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try response(write(answer.outputs, of: model, for: given), to: request)
            }
        }
    }

    /// Answers what an idle instance computes in microseconds, before a task is made for it.
    func answerAtOnce(_ request: HTTPRequest, _ body: ByteBuffer, _ context: ServiceContext) -> ImmediateAnswer? {
        guard request.method == .post, let target = InferTarget(request.path ?? ""), body.readableBytes <= bodyLimit,
            request.headerFields[.contentEncoding] == nil
        else { return nil }
        return catalog.withPlainModel(target.model, target.version) { model in
            guard model.answersAtOnce,
                let given = try? InferenceRequestReader.read(
                    body, headerLength: request.headerFields[.inferenceHeaderContentLength]),
                let wish = try? ModelRequest(given, to: model.signature, endBy: nil)
            else { return nil }
            let answered = model.answerAtOnce(wish) { outputs -> (headers: HTTPFields, body: ByteBuffer)? in
                guard outputs.reduce(0, { $0 + $1.bytes.count }) <= Self.short else { return nil }
                return try encode(
                    write(outputs, of: model, for: given), accepting: request.headerFields[.acceptEncoding])
            }
            guard let answered else { return nil }
            tracer.completed(model, answered.timings, duration: answered.duration, logger: context.logger)
            return ImmediateAnswer(route: target.route, headers: answered.answer.headers, body: answered.answer.body)
        }
    }

    private func write(
        _ outputs: [OutputTensor], of model: ServedModel, for request: InferenceRequest
    ) throws -> InferenceResponseWriter.Answer {
        let listed = request.outputs ?? []
        return try InferenceResponseWriter(model: model.name, version: model.version, id: request.id).write(
            outputs.map { tensor in
                guard let wish = listed.first(where: { $0.name == tensor.name }) else {
                    return (tensor, request.binaryByDefault)
                }
                guard let classes = wish.classes else { return (tensor, wish.isBinary) }
                let ranked = try Classification.rank(tensor, count: classes, labels: model.labels[tensor.name] ?? [])
                return (ranked, wish.isBinary)
            })
    }

    private func response(_ answer: InferenceResponseWriter.Answer, to request: Request) throws -> Response {
        let (headers, body) = try encode(answer, accepting: request.headers[.acceptEncoding])
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    private func encode(
        _ answer: InferenceResponseWriter.Answer, accepting accepted: String?
    ) throws(InferenceError) -> (headers: HTTPFields, body: ByteBuffer) {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let length = answer.headerLength {
            headers[.contentType] = "application/octet-stream"
            headers[.inferenceHeaderContentLength] = String(length)
        }
        var body = answer.body
        if let encoding = ContentEncoding(accepting: accepted), let encoded = try encoding.encode(body) {
            body = encoded
            headers[.contentEncoding] = encoding.rawValue
            headers[.vary] = "Accept-Encoding"
        }
        return (headers, body)
    }
}

extension HTTPField.Name {
    // The name is a valid token, so the initialiser cannot fail.
    static let inferenceHeaderContentLength = HTTPField.Name(ServiceAPI.inferenceHeaderContentLength)!
}
