import HTTPTypes
import Hummingbird
import ServiceAPI
import ServiceHost

/// Features on our own routes: reading, writing, erasing.
struct FeatureRoutes: Sendable {
    let registry: FeatureRegistry
    let storage: any FeatureStorage
    let reader: OnlineReader
    let writer: FeatureWriter
    let eraser: DatasetEraser
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("features/online") { request, context in try await online(request, context) }
        group.post("features/rows") { request, context in try await write(request, context) }
        group.post("features/erase") { request, context in try await erase(request, context) }
        group.get("features/erasures") { request, _ in try await erasures(request) }
    }

    private func online(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let order = try OnlineRequest(try await request.collectBody(context))
        let selection = try registry.selection(
            features: order.features, services: order.services, fullNames: order.fullNames)
        let answer = try await reader.read(selection, order.entities, at: clock())
        if request.headers[.accept]?.contains(OnlineColumns.mediaType) ?? false {
            return Response(
                status: .ok, headers: [.contentType: OnlineColumns.mediaType],
                body: ResponseBody(
                    byteBuffer: try OnlineColumns.write(answer, includesExpired: order.includesExpired)))
        }
        return .json(try OnlineResponse.write(answer, includesExpired: order.includesExpired))
    }

    private func write(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<WriteAnswer> {
        let body = try await request.collectBody(context)
        let order = try WriteRequest(body, registry: registry.snapshot)
        let outcome = try await writer.write(
            [WriteBatch(view: order.view, rows: order.rows, source: order.source)],
            once: try IdempotencyKey(request, body))
        return JSONResponse(
            WriteAnswer(written: outcome.written, replayed: outcome.replayed), headers: outcome.headers)
    }

    private func erase(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<EraseAnswer> {
        let order = try EraseRequest(try await request.collectBody(context), registry: registry.snapshot)
        let erasure = Erasure(
            views: order.views.map(\.id), key: order.key, reason: order.reason, actor: order.actor)
        let rows = try await storage.erase(erasure, at: clock())
        let datasets = try await eraser.erase(erasure, of: order.views)
        return JSONResponse(
            EraseAnswer(
                rows: rows, views: order.views.map { "\($0.name)@v\($0.version)" }, datasets: datasets))
    }

    private func erasures(_ request: Request) async throws -> JSONResponse<ErasureList> {
        let query = try Query(request, known: ["limit"])
        let records = try await storage.erasures(limit: try query.integer("limit", default: 100, in: 1...1000))
        let names = Dictionary(
            registry.snapshot.allViews.map { ($0.id, "\($0.name)@v\($0.version)") },
            uniquingKeysWith: { $1 })
        return JSONResponse(
            ErasureList(
                erasures: records.map { record in
                    .init(
                        erasedAt: record.erasedAt.description, keyDigest: record.keyDigest,
                        views: record.views.map { names[$0] ?? "removed view \($0)" }, rows: record.rows,
                        reason: record.reason, actor: record.actor)
                }))
    }
}
