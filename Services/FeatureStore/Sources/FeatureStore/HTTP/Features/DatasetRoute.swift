import HTTPTypes
import Hummingbird
import NIOCore
import ServiceHost

/// `POST /v1/datasets`: entity rows go in, the same rows with what held of each feature at their times come out.
struct DatasetRoute: Sendable {
    /// Rows that are joined and written at once.
    private static let block = 8192

    let registry: FeatureRegistry
    let storage: any FeatureStorage
    let maxRows: Int

    func handle(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try Query(
            request,
            known: ["features", "services", "known_at", "time_column", "full_feature_names", "include"])
        let selection = try FeatureSelection(
            features: query.words("features"), services: query.words("services"),
            fullNames: try query.flag("full_feature_names"), registry: registry.snapshot)
        guard !selection.outputs.isEmpty else {
            throw FeatureStoreError(.invalidField, "features and services are both empty", field: "features")
        }
        var extras: Set<DatasetWriter.Extra> = []
        for word in query.words("include") {
            guard let extra = DatasetWriter.Extra(rawValue: word) else {
                throw FeatureStoreError(.invalidField, "include takes event_time and status", field: "include")
            }
            extras.insert(extra)
        }
        let knownAt = try query.time("known_at")
        let format = try Self.format(request)
        let body = try await request.collectBody(context)
        let table = try EntityTable(
            Array(body.readableBytesView), format, views: selection.views.map(\.view), fields: selection.fields,
            timeColumn: query["time_column"] ?? "event_timestamp",
            added: Set(DatasetWriter.names(selection, extras: extras)), maxRows: maxRows)
        let join = PointInTimeJoin(
            storage: storage, selection: selection, table: table, knownAt: knownAt,
            upTo: try await storage.lastSequence())
        // The first block is joined before the answer begins, so that what fails at once has a status.
        let (first, grids) = try await join.block(from: 0, atMost: Self.block)
        return Response(
            status: .ok,
            headers: [.contentType: format.mediaType],
            body: ResponseBody { [join, extras] writer in
                var dataset = DatasetWriter(join, extras: extras)
                try await writer.write(ByteBuffer(bytes: dataset.header() + dataset.rows(first, grids)))
                var start = first.upperBound
                while start < join.table.rows.count {
                    let (block, grids) = try await join.block(from: start, atMost: Self.block)
                    try await writer.write(ByteBuffer(bytes: dataset.rows(block, grids)))
                    start = block.upperBound
                }
                try await writer.finish(nil)
            })
    }

    private static func format(_ request: Request) throws -> EntityTable.Format {
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch type {
        case "text/csv": return .csv
        case "application/x-ndjson", "application/jsonl", "application/jsonlines", "application/x-jsonlines":
            return .jsonl
        default:
            throw FeatureStoreError(
                .unsupportedType, "rows are sent as text/csv or application/x-ndjson", field: "Content-Type")
        }
    }
}
