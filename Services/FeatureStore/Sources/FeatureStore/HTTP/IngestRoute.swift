import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// `POST /v1/documents`: bytes as they are, or base64 in JSON.
struct IngestRoute: Sendable {
    let documents: DocumentStore
    let content: ContentStore
    let maxSize: Int
    let maxJSONSize: Int
    let clock: @Sendable () -> Timestamp
    /// Called when there is a new job.
    let onAccepted: @Sendable () -> Void

    func handle(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<AcceptedDocument> {
        let query = try Query(request, known: ["name", "priority"], prefixes: ["metadata."])
        let priority = try query.word("priority", of: JobPriority.self) ?? .normal
        let file = content.incoming(limit: maxSize)
        do {
            var name = query["name"] ?? request.headers[.documentName].flatMap(\.removingPercentEncoding)
            var metadata = try query.filter().metadata
            if Self.isJSON(request) {
                let upload = try await decode(request, context)
                name = upload.name ?? name
                metadata.merge(upload.metadata ?? [:]) { $1 }
                guard let bytes = Data(base64Encoded: upload.content) else {
                    throw FeatureStoreError(.invalidRequest, "content is not base64", field: "content")
                }
                try await file.append(ByteBuffer(bytes: bytes))
            } else {
                if let text = request.headers[.documentMetadata] {
                    metadata.merge(try Self.metadata(text)) { $1 }
                }
                for try await chunk in request.body { try await file.append(chunk) }
            }
            try MetadataLimits.check(metadata)
            let shownName = DocumentName.sanitized(name ?? "document")
            let (arrived, format) = try await file.finish { try DocumentFormat.detect($0, name: shownName) }
            let (document, created) = try await documents.accept(
                arrived, name: shownName, format: format, metadata: metadata, priority: priority, at: clock())
            // The file was moved into the store unless its bytes were there already.
            await file.discard()
            if created { onAccepted() }
            return Self.answer(document, created: created)
        } catch {
            await file.discard()
            throw error
        }
    }

    private static func answer(_ document: DocumentRow, created: Bool) -> JSONResponse<AcceptedDocument> {
        let url = "/v1/documents/\(document.id)"
        return JSONResponse(
            AcceptedDocument(id: document.id, status: document.status, statusURL: url, created: created),
            status: document.status.isFinal ? .ok : .accepted, headers: [.location: url])
    }

    private struct Upload: Decodable {
        var name: String?
        var content: String
        var metadata: [String: String]?
    }

    private func decode(_ request: Request, _ context: ServiceContext) async throws -> Upload {
        var body = ByteBuffer()
        for try await chunk in request.body {
            body.writeImmutableBuffer(chunk)
            guard body.readableBytes <= maxJSONSize else {
                throw FeatureStoreError(
                    .documentTooLarge,
                    "a document as JSON has at most \(maxJSONSize) bytes; send larger ones as they are")
            }
        }
        return try JSONBody.decode(Upload.self, from: body)
    }

    private static func isJSON(_ request: Request) -> Bool {
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/json"
    }

    private static func metadata(_ text: String) throws -> [String: String] {
        let text = text.removingPercentEncoding ?? text
        do {
            return try JSONBody.decode([String: String].self, from: ByteBuffer(string: text))
        } catch let error as APIError {
            throw FeatureStoreError(
                .invalidRequest, "X-Document-Metadata is a JSON object of strings: \(error.message)",
                field: "X-Document-Metadata")
        }
    }
}

extension HTTPField.Name {
    // Both are valid tokens of RFC 9110.
    static let documentName = HTTPField.Name("X-Document-Name")!
    static let documentMetadata = HTTPField.Name("X-Document-Metadata")!
}
