package import AsyncHTTPClient
import NIOHTTP1

/// Calls the nlp service.
package struct LanguageClient: Sendable {
    package let client: ServiceClient

    package init(baseURL: String, http: HTTPClient, timeout: Duration = .seconds(60)) {
        client = ServiceClient(service: "nlp", baseURL: baseURL, http: http, timeout: timeout)
    }

    /// Language, sentences, entities and type of a text.
    package func analyze(_ request: AnalyzeRequest) async throws -> TextAnalysis {
        try await client.send(.json(.POST, ["v1", "analyze"], body: request, changesNothing: true))
            .decode(TextAnalysis.self)
    }

    /// One vector for each input.
    package func embed(_ request: EmbedRequest) async throws -> [[Float]] {
        try await client.send(.json(.POST, ["embed"], body: request, changesNothing: true)).decode([[Float]].self)
    }

    /// What the embedding model is and takes.
    package func info() async throws -> EmbeddingInfo {
        try await client.send(ServiceCall(.GET, ["info"])).decode(EmbeddingInfo.self)
    }
}
