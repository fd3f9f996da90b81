import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// What views' rows are like, and the rows that were not as expected.
struct QualityRoutes: Sendable {
    let registry: FeatureRegistry
    let check: ViewCheck
    let quarantine: QuarantineStore
    let writer: FeatureWriter
    let metrics: QualityMetrics
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("views/:view/check") { request, context in try await report(request, context) }
        group.get("views/:view/quarantine") { request, context in try await list(request, context) }
        group.post("views/:view/quarantine/:id/release") { _, context in try await release(context) }
        group.delete("views/:view/quarantine/:id") { _, context in
            let held = try await held(context)
            try await quarantine.remove(held.id)
            return Response(status: .noContent)
        }
    }

    private func report(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try Query(request, known: ["limit"])
        let limit = try query.integer("limit", default: 1_000_000, in: 1...10_000_000)
        let view = try view(context)
        let report = try await check.report(view, limit: limit, at: clock())
        metrics.checked(view.name, passed: report.passed)
        guard request.headers[.accept]?.contains("text/html") ?? false else {
            return try JSONResponse(report).response(from: request, context: context)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: ViewReportPage.mediaType, .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: ViewReportPage.write(report))))
    }

    /// `name`, or `name@v2`.
    private func view(_ context: ServiceContext) throws -> ViewVersion {
        let text = try context.pathParameter("view")
        guard let reference = FeatureReference(text), reference.feature == nil else {
            throw FeatureStoreError(.viewNotFound, "Feature view \(text.prefix(200)) does not exist", field: "view")
        }
        return try registry.snapshot.view(reference.view, version: reference.version, field: "view")
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<QuarantineList> {
        let query = try Query(request, known: ["limit", "after"])
        let limit = try query.integer("limit", default: 100, in: 1...1000)
        let after = try query.integer("after", default: 0, in: 0...Int.max)
        let name = try view(context).name
        let rows = try await quarantine.list(name, after: Int64(after), limit: limit + 1)
        return JSONResponse(
            QuarantineList(rows: rows.prefix(limit).map(shown), next: rows.count > limit ? rows[limit - 1].id : nil))
    }

    private func held(_ context: ServiceContext) async throws -> QuarantineStore.Held {
        let text = try context.pathParameter("id")
        guard let id = Int64(text) else {
            throw FeatureStoreError(.notFound, "there is no row \(text.prefix(40)) in quarantine", field: "id")
        }
        return try await quarantine.find(try view(context).name, id)
    }

    /// Writes a row as it is.
    ///
    /// Should the process die in between, the row is there and still in quarantine; released again it is a replay.
    private func release(_ context: ServiceContext) async throws -> JSONResponse<WriteAnswer> {
        let held = try await held(context)
        guard let view = version(held.view) else {
            throw FeatureStoreError(.viewVersionNotFound, "the version of the view that row \(held.id) is of is gone")
        }
        let outcome = try await writer.write(
            [WriteBatch(view: view, rows: [held.row], target: held.target, source: held.source)], isReleased: true)
        try await quarantine.remove(held.id)
        return JSONResponse(WriteAnswer(written: outcome.written, replayed: outcome.replayed))
    }

    private func version(_ id: Int64) -> ViewVersion? {
        registry.snapshot.views.values.lazy.flatMap(\.self).first { $0.id == id }
    }

    private func shown(_ held: QuarantineStore.Held) -> QuarantineList.Row {
        let view = version(held.view)
        var entity: [String: FeatureValue.Scalar] = [:]
        for (key, value) in zip(view?.joinKeys ?? [], held.row.key.values(view?.joinKeys ?? []) ?? []) {
            entity[key.name] = value.scalar(as: key.type)
        }
        var values: [String: FeatureValue.Scalar] = [:]
        for (ordinal, value) in held.row.cells.cells {
            guard let column = view?.columns.first(where: { $0.ordinal == ordinal }) else { continue }
            values[column.name] = value.scalar(as: column.type)
        }
        return QuarantineList.Row(
            id: held.id, version: view?.version ?? 0, receivedAt: held.received.description, source: held.source,
            feature: held.violation.feature, expectation: held.violation.expectation,
            message: held.violation.message, entity: entity, eventTime: held.row.event.description, values: values)
    }
}
