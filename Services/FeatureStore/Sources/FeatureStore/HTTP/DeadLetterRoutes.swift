import Hummingbird
import ServiceAPI
import ServiceHost

/// Steps that were given up: what they are, and having them tried again.
struct DeadLetterRoutes: Sendable {
    /// Documents that one request replays.
    private static let most = 1000

    let letters: DeadLetterStore
    let documents: DocumentStore
    let doorbell: Doorbell
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("dead-letters") { request, _ in try await list(request) }
        group.post("dead-letters/replay") { request, context in
            try await replay(try await request.decodeJSON(ReplayRequest.self, context))
        }
        group.post("views/:view/backfill") { request, context in try await backfill(request, context) }
    }

    private func list(_ request: Request) async throws -> JSONResponse<DeadLetterPage> {
        let query = try Query(request, known: ["step", "class", "code", "cursor", "limit"])
        let cursor = try query["cursor"].map { text in
            guard let cursor = DeadLetterStore.Cursor(text) else {
                throw FeatureStoreError(
                    .invalidRequest, "cursor is the next_cursor of an earlier page", field: "cursor")
            }
            return cursor
        }
        let (page, next) = try await letters.list(
            DeadLetterStore.Filter(
                step: try query.word("step", of: StepName.self),
                failureClass: try query.word("class", of: FailureClass.self), code: query["code"]),
            after: cursor, limit: try query.integer("limit", default: 50, in: 1...200))
        return JSONResponse(DeadLetterPage(deadLetters: page, nextCursor: next?.text))
    }

    private func replay(_ request: ReplayRequest) async throws -> JSONResponse<ReplayAnswer> {
        let limit = request.limit ?? Self.most
        guard (1...Self.most).contains(limit) else {
            throw FeatureStoreError(.invalidField, "limit is from 1 to \(Self.most)", field: "limit")
        }
        guard (request.documents ?? []).count <= Self.most else {
            throw FeatureStoreError(.invalidField, "documents has at most \(Self.most) ids", field: "documents")
        }
        var ids: [String]?
        if let given = request.documents {
            var found: [String] = []
            for id in given { found.append(try await documents.find(id).id) }
            ids = found
        }
        let replayed = try await letters.replay(
            DeadLetterStore.Filter(
                step: try Self.known(request.step, "step"), failureClass: try Self.known(request.failureClass, "class"),
                code: request.code),
            documents: ids, limit: limit, at: clock())
        if replayed > 0 { doorbell.ring() }
        return JSONResponse(ReplayAnswer(replayed: replayed), status: .accepted)
    }

    private func backfill(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<BackfillAnswer> {
        let query = try Query(request, known: ["limit"])
        let view = try context.pathParameter("view")
        guard view == documents.view.name else {
            throw FeatureStoreError(.notFound, "there is no document view \(view.prefix(100))")
        }
        let (reopened, isComplete) = try await documents.backfill(
            limit: try query.integer("limit", default: Self.most, in: 1...Self.most), at: clock())
        if reopened > 0 { doorbell.ring() }
        return JSONResponse(BackfillAnswer(reopened: reopened, isComplete: isComplete), status: .accepted)
    }

    private static func known<T: RawRepresentable & CaseIterable>(_ text: String?, _ field: String) throws -> T?
    where T.RawValue == String {
        guard let text else { return nil }
        guard let value = T(rawValue: text) else {
            let allowed = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw FeatureStoreError(.invalidField, "\(field) is one of \(allowed)", field: field)
        }
        return value
    }
}
