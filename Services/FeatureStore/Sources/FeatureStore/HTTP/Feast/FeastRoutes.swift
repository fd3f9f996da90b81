import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import ServiceAPI
import ServiceHost

/// Feast's feature server, as its Python client speaks to it.
struct FeastRoutes: Sendable {
    let registry: FeatureRegistry
    let reader: OnlineReader
    let searcher: FeatureSearch
    let writer: FeatureWriter
    let materializer: Materializer
    let queue: MaterializationQueue
    let metrics: FeastMetrics
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("get-online-features") { request, context in
            try await online(try await request.collectBody(context))
        }
        group.post("push") { request, context in try await push(request, try await request.collectBody(context)) }
        group.post("write-to-online-store") { request, context in
            try await write(request, try await request.collectBody(context))
        }
        for path in ["search", "retrieve-online-documents"] {
            group.post(RouterPath(path)) { request, context in try await search(try await request.collectBody(context))
            }
        }
        group.get("health") { _, _ in Response(status: .ok) }
    }

    /// The routes that read whole files, for which other limits hold.
    func addMaterialization(to group: RouterGroup<ServiceContext>) {
        group.post("materialize") { request, context in
            try await materialize(request, context, isIncremental: false)
        }
        group.post("materialize-incremental") { request, context in
            try await materialize(request, context, isIncremental: true)
        }
    }

    private func online(_ body: ByteBuffer) async throws -> Response {
        try await metrics.measured("/get-online-features") {
            let request = try FeastOnlineRequest(body)
            let selection = try registry.selection(
                features: request.service == nil ? request.features : [],
                services: request.service.map { [$0] } ?? [], fullNames: request.fullNames)
            metrics.read(entities: request.entities.count)
            let answer = try await reader.read(selection, request.entities, at: clock())
            return (
                Self.json(try FeastOnlineResponse.write(answer)), selection.outputs.count, selection.views.count
            )
        }
    }

    private func search(_ body: ByteBuffer) async throws -> Response {
        try await metrics.measured("/search") {
            let order = try FeastSearch(body)
            let selection = try order.selection(registry.snapshot)
            return (
                Self.json(try await order.answer(selection, searcher, now: clock())), selection.outputs.count, 1
            )
        }
    }

    private func push(_ message: Request, _ body: ByteBuffer) async throws -> Response {
        try await metrics.measured("/push") {
            let request = try FeastWriteRequest(body, name: "push_source_name")
            let snapshot = registry.snapshot
            let source = try snapshot.pushSource(request.name)
            let views = try source.featureViews.map { try snapshot.view($0) }
            try Self.refuseUnknown(request.frame, of: views)
            let target: WriteBatch.Target = request.target == .offline ? .historyOnly : .historyAndLatest
            let outcome = try await writer.write(
                try views.map {
                    WriteBatch(
                        view: $0, rows: try request.frame.rows(for: $0), target: target, source: "push:\(source.name)")
                }, once: try IdempotencyKey(message, body))
            metrics.pushed(source.name, mode: request.target.rawValue)
            return (Response(status: .ok, headers: outcome.headers), 0, views.count)
        }
    }

    private func write(_ message: Request, _ body: ByteBuffer) async throws -> Response {
        try await metrics.measured("/write-to-online-store") {
            let request = try FeastWriteRequest(body, name: "feature_view_name")
            let view = try registry.snapshot.view(request.name)
            try Self.refuseUnknown(request.frame, of: [view])
            let outcome = try await writer.write(
                [WriteBatch(view: view, rows: try request.frame.rows(for: view), source: "write")],
                once: try IdempotencyKey(message, body))
            var response = Self.json(ByteBuffer(string: "null"))
            response.headers.append(contentsOf: outcome.headers)
            return (response, view.presentColumns.count, 1)
        }
    }

    private func materialize(
        _ request: Request, _ context: ServiceContext, isIncremental: Bool
    ) async throws -> Response {
        try await metrics.measured(isIncremental ? "/materialize-incremental" : "/materialize") {
            let query = try Query(request, known: ["async", "force"])
            let order = try FeastMaterializeRequest(
                try await request.collectBody(context), isIncremental: isIncremental, now: clock())
            let snapshot = registry.snapshot
            let views =
                order.views.isEmpty
                ? snapshot.views.values.compactMap(\.last).filter { $0.definition.source != nil }
                    .sorted { $0.name < $1.name }
                : try order.views.map { try snapshot.view($0) }
            let force = try query.flag("force")
            try materializer.check(views)
            if try query.flag("async") {
                try queue.add(views, from: order.start, to: order.end, force: force)
                var json = JSONWriter()
                json.raw("{\"status\":\"accepted\",\"feature_views\":")
                json.array(views.map(\.name)) { $0.string($1) }
                json.raw("}")
                return (Self.json(json.buffer, status: .accepted), 0, views.count)
            }
            let start = ContinuousClock.now
            do {
                _ = try await materializer.run(views, from: order.start, to: order.end, force: force)
            } catch {
                for view in views { metrics.materialized(view.name, succeeded: false) }
                throw error
            }
            for view in views {
                metrics.materialized(view.name, succeeded: true, duration: start.duration(to: .now))
            }
            return (Self.json(ByteBuffer(string: "null")), 0, views.count)
        }
    }

    /// A column that nobody takes is a mistyped one.
    private static func refuseUnknown(_ frame: FeatureFrame, of views: [ViewVersion]) throws {
        func takes(_ view: ViewVersion, _ name: String) -> Bool {
            let source = view.definition.source
            return view[name] != nil || view.joinKeys.contains { $0.name == name }
                || name == source?.timestampField || name == source?.createdTimestampField
        }
        let times = ["event_timestamp", "created"]
        guard
            let unknown = frame.names.first(where: { name in
                !times.contains(name) && !views.contains { takes($0, name) }
            })
        else { return }
        throw FeatureStoreError(
            .invalidFeature,
            "df.\(unknown.prefix(100)) is no feature, join key or time column of \(views.map(\.name).joined(separator: ", "))",
            field: "df.\(unknown.prefix(100))")
    }

    private static func json(_ body: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        .json(body, status: status, mediaType: "application/json")
    }
}
