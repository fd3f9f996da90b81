import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// The routes of text-embeddings-inference.
struct EmbeddingRoutes: Sendable {
    let embedder: TextEmbedder
    let info: @Sendable () throws -> EmbeddingInfo
    /// Throws when the model or inference is not there.
    let health: @Sendable () async throws -> Void

    func add(to router: RouterGroup<ServiceContext>) {
        router.post("embed", use: embed)
        router.post("tokenize", use: tokenize)
        router.get("info") { _, _ in JSONResponse(try info()) }
        router.get("health") { _, _ in
            try await health()
            return Response(status: .ok)
        }
    }

    private func embed(_ request: Request, context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        let body = try await request.decodeJSON(EmbedRequest.self, context)
        let answer = try await embedder.embed(body)
        var headers: HTTPFields = [.contentType: "application/json"]
        let total = start.duration(to: .now)
        for (name, value) in [
            ("x-compute-type", "cpu"), ("x-compute-time", milliseconds(total)),
            ("x-compute-characters", "\(answer.characters)"), ("x-compute-tokens", "\(answer.tokens)"),
            ("x-total-time", milliseconds(total)), ("x-tokenization-time", milliseconds(answer.tokenization)),
            ("x-inference-time", milliseconds(answer.inference)),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: VectorText.json(answer.vectors)))
    }

    private func tokenize(_ request: Request, context: ServiceContext) async throws -> JSONResponse<[[TokenizedPiece]]>
    {
        let body = try await request.decodeJSON(TokenizeRequest.self, context)
        return JSONResponse(try embedder.tokenize(body))
    }

    private func milliseconds(_ duration: Duration) -> String {
        "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)"
    }
}

extension EmbeddingError {
    /// The error form of text-embeddings-inference.
    @Sendable static func response(_ error: APIError) -> Response {
        let kind: Kind =
            switch (error.status, error.code) {
            case (_, "empty"): .empty
            case (_, "tokenizer_file"): .tokenizer
            case (429, _): .overloaded
            case (502, _), (504, _): .backend
            case (500..., _): .unhealthy
            default: .validation
            }
        // What inference answers wrongly is 424 there.
        let status = error.status == 502 ? 424 : error.status
        let body = (try? JSONBody.encode(EmbeddingError(error: error.message, errorType: kind))) ?? ByteBuffer()
        return Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: body))
    }
}
