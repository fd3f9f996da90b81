package import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Calls the inference service, or any other server of the Open Inference Protocol v2.
package struct InferenceClient: Sendable {
    package let client: ServiceClient

    package init(baseURL: String, http: HTTPClient, timeout: Duration = .seconds(60)) {
        client = ServiceClient(service: "inference", baseURL: baseURL, http: http, timeout: timeout)
    }

    package func checkLive() async throws {
        _ = try await client.send(ServiceCall(.GET, ["v2", "health", "live"]))
    }

    /// - Throws: `ServiceError` when the model is not ready.
    package func checkReady(model: String) async throws {
        _ = try await client.send(ServiceCall(.GET, ["v2", "models", model, "ready"]))
    }

    package func metadata(model: String) async throws -> ModelMetadata {
        try await client.send(ServiceCall(.GET, ["v2", "models", model])).decode(ModelMetadata.self)
    }

    /// Runs a model.
    ///
    /// Tensors travel as bytes both ways.
    package func infer(model: String, _ message: InferenceRequestMessage) async throws -> InferenceResponseMessage {
        let (body, headerLength) = try message.encoded()
        let answer = try await client.send(
            ServiceCall(
                .POST, ["v2", "models", model, "infer"],
                headers: [
                    "content-type": "application/octet-stream", inferenceHeaderContentLength: String(headerLength),
                ],
                body: body, changesNothing: true))
        do {
            guard let length = answer.headers.first(name: inferenceHeaderContentLength).flatMap({ Int($0) }) else {
                throw InferenceMessageError("the answer has no \(inferenceHeaderContentLength)")
            }
            return try InferenceResponseMessage(body: answer.body, headerLength: length)
        } catch {
            throw ServiceError(
                service: client.service, kind: .unreadable, status: answer.status,
                message: "the answer cannot be read: \(error)")
        }
    }
}
