import HTTPTypes
import Hummingbird
import NIOCore
import ServiceHost

/// `POST /v1/datasets`: entity rows go in, the same rows with what held of each feature at their times come out.
struct DatasetRoute: Sendable {
    let registry: FeatureRegistry
    let storage: any FeatureStorage
    let entityRows: EntityRowsReader
    let maxRows: Int

    private static let first = 4096

    func handle(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let snapshot = registry.snapshot
        let query = try Query(request, known: DatasetOrder.parameters)
        let sequence = try await storage.lastSequence()
        let rows = try await entityRows.read(request, try await request.collectBody(context))
        let order = try DatasetOrder(query, format: rows.format, registry: snapshot, sequence: sequence)
        let join = try order.join(rows.bytes, registry: snapshot, storage: storage, maxRows: maxRows)
        let dataset = DatasetWriter(join, extras: Set(order.extras))
        // A first short run is joined before the answer begins, so that what fails at once has a status.
        let first = try await join.run(from: 0, most: Self.first)
        return Response(
            status: .ok,
            headers: [.contentType: order.format.mediaType],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(bytes: dataset.header()))
                let start = try await dataset.forEachBlock(in: first) {
                    try await writer.write(ByteBuffer(bytes: $0.bytes))
                }
                try await dataset.forEachBlock(from: start) { try await writer.write(ByteBuffer(bytes: $0.bytes)) }
                try await writer.finish(nil)
            })
    }
}
