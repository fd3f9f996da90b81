package import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Calls the feature-store service.
package struct FeatureStoreClient: Sendable {
    package let client: ServiceClient

    package init(baseURL: String, http: HTTPClient, timeout: Duration = .seconds(60)) {
        client = ServiceClient(service: "feature-store", baseURL: baseURL, http: http, timeout: timeout)
    }

    /// Hands a document in.
    ///
    /// The same bytes again are the same document, so the call may be repeated.
    package func ingest(
        _ document: ByteBuffer,
        name: String,
        metadata: [String: String] = [:]
    ) async throws -> AcceptedDocument {
        try await client.send(
            ServiceCall(
                .POST, ["v1", "documents"],
                query: [("name", name)] + metadata.sorted { $0.key < $1.key }.map { ("metadata.\($0.key)", $0.value) },
                headers: ["content-type": "application/octet-stream"], body: document, changesNothing: true)
        ).decode(AcceptedDocument.self)
    }

    /// A document and how far it is.
    ///
    /// - Parameter wait: How long the service may hold the answer back until the document is done.
    package func document(_ id: String, wait: Duration? = nil) async throws -> DocumentRecord {
        let seconds = wait.map { String($0 / .seconds(1)) }
        return try await client.send(ServiceCall(.GET, ["v1", "documents", id], query: [("wait", seconds)]))
            .decode(DocumentRecord.self)
    }

    /// A document's features: the latest, or with `asOf` (RFC 3339) those that held then.
    package func features(_ id: String, asOf: String? = nil) async throws -> DocumentFeatures {
        try await client.send(ServiceCall(.GET, ["v1", "documents", id, "features"], query: [("as_of", asOf)]))
            .decode(DocumentFeatures.self)
    }

    /// Has the failed steps of a failed or partial document tried again.
    package func retry(_ id: String) async throws -> AcceptedDocument {
        try await client.send(ServiceCall(.POST, ["v1", "documents", id, "retry"])).decode(AcceptedDocument.self)
    }

    /// Steps that were given up, newest first.
    package func deadLetters(
        step: String? = nil, failureClass: String? = nil, code: String? = nil, limit: Int? = nil, cursor: String? = nil
    ) async throws -> DeadLetterPage {
        try await client.send(
            ServiceCall(
                .GET, ["v1", "dead-letters"],
                query: [
                    ("step", step), ("class", failureClass), ("code", code), ("limit", limit.map(String.init)),
                    ("cursor", cursor),
                ])
        ).decode(DeadLetterPage.self)
    }

    /// Has steps that were given up tried again.
    package func replay(_ request: ReplayRequest) async throws -> ReplayAnswer {
        try await client.send(.json(.POST, ["v1", "dead-letters", "replay"], body: request)).decode(ReplayAnswer.self)
    }

    /// A page of documents, newest first.
    package func documents(
        limit: Int? = nil,
        cursor: String? = nil,
        status: DocumentRecord.Status? = nil,
        type: String? = nil,
        metadata: [String: String] = [:],
        include: [String] = []
    ) async throws -> DocumentPage {
        let filter = metadata.sorted { $0.key < $1.key }.map { ("metadata.\($0.key)", Optional($0.value)) }
        return try await client.send(
            ServiceCall(
                .GET, ["v1", "documents"],
                query: [
                    ("limit", limit.map(String.init)), ("cursor", cursor), ("status", status?.rawValue), ("type", type),
                    ("include", include.isEmpty ? nil : include.joined(separator: ",")),
                ] + filter)
        ).decode(DocumentPage.self)
    }

    package func delete(_ id: String) async throws {
        _ = try await client.send(ServiceCall(.DELETE, ["v1", "documents", id]))
    }

    /// The picture of a document's first page.
    package func preview(_ id: String) async throws -> ByteBuffer {
        try await client.send(ServiceCall(.GET, ["v1", "documents", id, "preview"])).body
    }

    package func search(_ request: SearchRequest) async throws -> SearchAnswer {
        try await client.send(.json(.POST, ["v1", "search"], body: request, changesNothing: true))
            .decode(SearchAnswer.self)
    }

    /// What a declaration of features would change.
    package func planFeatures(_ request: ApplyRequest) async throws -> ApplyAnswer {
        try await client.send(.json(.POST, ["v1", "features", "plan"], body: request, changesNothing: true))
            .decode(ApplyAnswer.self)
    }

    /// Brings the registry to what is declared; the same declaration again changes nothing.
    package func applyFeatures(_ request: ApplyRequest) async throws -> ApplyAnswer {
        try await client.send(.json(.POST, ["v1", "features", "apply"], body: request)).decode(ApplyAnswer.self)
    }
}
