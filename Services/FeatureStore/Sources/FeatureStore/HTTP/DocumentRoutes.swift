import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// Documents, their steps, their files and their features.
struct DocumentRoutes: Sendable {
    /// Longest wait of `?wait`, in seconds.
    static let longestWait = 50.0

    let documents: DocumentStore
    let features: any FeatureStorage
    let registry: FeatureRegistry
    let presenter: DocumentPresenter
    let view: DocumentView
    let files: FileIO
    let doorbell: Doorbell
    let clock: @Sendable () -> Timestamp
    let onDeleted: @Sendable (String) async -> Void

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("documents") { request, _ in try await list(request) }
        group.get("documents/:id") { request, context in try await show(request, context) }
        group.delete("documents/:id") { _, context in try await delete(context) }
        group.post("documents/:id/retry") { _, context in try await retry(context) }
        group.get("documents/:id/steps/:step") { _, context in try await step(context) }
        group.get("documents/:id/content") { _, context in try await content(context) }
        group.get("documents/:id/preview") { _, context in try await preview(context) }
        group.get("documents/:id/features") { request, context in try await showFeatures(request, context) }
        group.get("views/:view") { _, context in try showView(context) }
    }

    private func list(_ request: Request) async throws -> JSONResponse<DocumentPage> {
        let query = try Query(
            request, known: ["status", "type", "cursor", "limit", "include"], prefixes: ["metadata."])
        let limit = try query.integer("limit", default: 50, in: 1...200)
        let cursor = try query["cursor"].map { text in
            guard let cursor = DocumentCursor(text) else {
                throw FeatureStoreError(
                    .invalidRequest, "cursor is the next_cursor of an earlier page", field: "cursor")
            }
            return cursor
        }
        let rows = try await documents.list(query.filter(), after: cursor, limit: limit + 1)
        let page = Array(rows.prefix(limit))
        let next = rows.count > limit ? page.last.map { DocumentCursor(createdAt: $0.createdAt, id: $0.id).text } : nil
        let parts = try query.parts(Set(DocumentPresenter.Part.allCases))
        return JSONResponse(
            DocumentPage(documents: try await presenter.records(page, including: parts), nextCursor: next))
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<DocumentRecord> {
        let query = try Query(request, known: ["wait"])
        let wait = try query.seconds("wait", upTo: Self.longestWait) ?? .zero
        // The answer still has to be written before the caller stops waiting.
        let end = min(ContinuousClock.now + wait, context.deadline - .milliseconds(250))
        let id = try await documents.find(try context.pathParameter("id")).id
        while true {
            let known = doorbell.rings
            let document = try await documents.find(id)
            let left = end - .now
            if document.status.isFinal || left <= .zero {
                let parts = Set(DocumentPresenter.Part.allCases)
                guard let record = try await presenter.records([document], including: parts).first else {
                    throw FeatureStoreError(.notFound, "there is no document \(id)")
                }
                return JSONResponse(record)
            }
            await doorbell.wait(after: known, timeout: left)
            try Task.checkCancellation()
        }
    }

    private func delete(_ context: ServiceContext) async throws -> Response {
        let document = try await documents.find(try context.pathParameter("id"))
        try await documents.delete(document.id, at: clock())
        await onDeleted(document.id)
        return Response(status: .noContent)
    }

    private func retry(_ context: ServiceContext) async throws -> JSONResponse<AcceptedDocument> {
        let document = try await documents.find(try context.pathParameter("id"))
        guard try await documents.retry(document.id, at: clock()) else {
            throw FeatureStoreError(
                .notFinished, "only a failed or partial document is retried; this one is \(document.status.rawValue)")
        }
        doorbell.ring()
        let url = "/v1/documents/\(document.id)"
        return JSONResponse(
            AcceptedDocument(id: document.id, status: .queued, statusURL: url, created: false), status: .accepted,
            headers: [.location: url])
    }

    private func step(_ context: ServiceContext) async throws -> Response {
        let document = try await documents.find(try context.pathParameter("id"))
        let text = try context.pathParameter("step")
        guard let name = StepName(rawValue: text) else {
            let allowed = StepName.allCases.map(\.rawValue).joined(separator: ", ")
            throw FeatureStoreError(.notFound, "there is no step \(text.prefix(100)); steps are \(allowed)")
        }
        guard let body = try await documents.result(of: name, document: document.id) else {
            throw FeatureStoreError(.notFound, "step \(name.rawValue) of this document has no result")
        }
        return .json(ByteBuffer(bytes: body))
    }

    private func content(_ context: ServiceContext) async throws -> Response {
        let document = try await documents.find(try context.pathParameter("id"))
        return try await file(
            document.id, mediaType: document.mediaType, context,
            disposition: DocumentName.attachment(document.name))
    }

    private func preview(_ context: ServiceContext) async throws -> Response {
        let document = try await documents.find(try context.pathParameter("id"))
        guard let preview = try await documents.rendition(.preview, of: document.id) else {
            throw FeatureStoreError(.notFound, "this document has no preview")
        }
        return try await file(preview.digest, mediaType: preview.mediaType, context, disposition: "inline")
    }

    /// A stored file.
    ///
    /// It came from outside, so a browser shall neither guess its type nor run what is in it.
    private func file(
        _ digest: String, mediaType: String, _ context: ServiceContext, disposition: String
    ) async throws -> Response {
        let body = try await files.loadFile(path: documents.content.path(of: digest), context: context)
        return Response(
            status: .ok,
            headers: [
                .contentType: mediaType, .contentDisposition: disposition, .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; sandbox", .eTag: "\"\(digest)\"",
                .cacheControl: "private, max-age=31536000, immutable",
            ],
            body: body)
    }

    private func showFeatures(
        _ request: Request, _ context: ServiceContext
    ) async throws -> JSONResponse<DocumentFeatures> {
        let query = try Query(request, known: ["as_of", "known_at"])
        let document = try await documents.find(try context.pathParameter("id"))
        let (asOf, knownAt) = (try query.time("as_of"), try query.time("known_at"))
        let entity = EntityKey.document(document.id)
        let rows =
            if asOf == nil && knownAt == nil {
                try await features.latest([LatestRead(view: view.features.id, keys: [entity])])[0]
            } else {
                try await features.pointInTime(
                    PointInTimeRead(
                        view: view.features.id, ordinals: view.features.presentColumns.map(\.ordinal), keys: [entity],
                        times: [asOf ?? .distantFuture], knownAt: knownAt))
            }
        return JSONResponse(
            DocumentFeatures(
                documentID: document.id, view: "\(view.features.name)@\(view.features.version)",
                asOf: asOf?.description, features: rows[0]?.wireValues(of: view.features) ?? [:]))
    }

    private func showView(_ context: ServiceContext) throws -> JSONResponse<RegisteredView> {
        JSONResponse(try registry.snapshot.view(try context.pathParameter("view")).registered)
    }
}
