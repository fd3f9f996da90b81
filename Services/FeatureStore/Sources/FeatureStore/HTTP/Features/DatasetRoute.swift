import HTTPTypes
import Hummingbird
import NIOCore
import ServiceHost

/// `POST /v1/datasets`: entity rows go in, the same rows with what held of each feature at their times come out.
struct DatasetRoute: Sendable {
    let registry: FeatureRegistry
    let storage: any FeatureStorage
    let maxRows: Int

    func handle(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let snapshot = registry.snapshot
        let order = try DatasetOrder(
            request, try Query(request, known: DatasetOrder.parameters), registry: snapshot,
            sequence: try await storage.lastSequence())
        let body = try await request.collectBody(context)
        let join = try order.join(
            Array(body.readableBytesView), registry: snapshot, storage: storage, maxRows: maxRows)
        // The first block is joined before the answer begins, so that what fails at once has a status.
        let (first, grids) = try await join.block(from: 0)
        return Response(
            status: .ok,
            headers: [.contentType: order.format.mediaType],
            body: ResponseBody { writer in
                var dataset = DatasetWriter(join, extras: Set(order.extras))
                try await writer.write(ByteBuffer(bytes: dataset.header() + dataset.rows(first, grids)))
                var start = first.upperBound
                while start < join.table.rows.count {
                    let (block, grids) = try await join.block(from: start)
                    try await writer.write(ByteBuffer(bytes: dataset.rows(block, grids)))
                    start = block.upperBound
                }
                try await writer.finish(nil)
            })
    }
}
