import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import ServiceAPI
import ServiceHost

/// `/v1/datasets/{name}`: datasets that are kept.
struct SavedDatasetRoutes: Sendable {
    let store: SavedDatasetStore
    /// That of ``DatasetBuilder``.
    let doorbell: Doorbell
    let content: ContentStore
    let registry: FeatureRegistry
    let storage: any FeatureStorage
    let entityRows: EntityRowsReader
    let files: FileIO
    let maxRows: Int
    let clock: @Sendable () -> Timestamp

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("datasets") { request, _ in try await list(request) }
        group.get("datasets/:name") { _, context in JSONResponse(try await found(context).record) }
        group.get("datasets/:name/rows") { _, context in try await rows(context) }
        group.get("datasets/:name/lineage") { request, context in try await lineage(request, context) }
        group.get("datasets/:name/diff") { request, context in try await diff(request, context) }
        group.delete("datasets/:name") { _, context in
            try await store.delete(try context.pathParameter("name"))
            return Response(status: .noContent)
        }
    }

    /// `PUT /v1/datasets/{name}`.
    func save(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<SavedDataset> {
        let query = try Query(request, known: DatasetOrder.parameters.union(["async"]))
        let name = try context.pathParameter("name")
        try DefinitionRules.name(name, "name")
        let isAsync = try query.flag("async")
        let snapshot = registry.snapshot
        let sequence = try await storage.lastSequence()
        let entities = try await entityRows.read(request, try await request.collectBody(context))
        let order = try DatasetOrder(query, format: entities.format, registry: snapshot, sequence: sequence)
        // What is wrong with the rows is told now, not by a dataset that failed.
        let join = try order.join(entities.bytes, registry: snapshot, storage: storage, maxRows: maxRows)
        let file = content.incoming(limit: entities.bytes.count)
        let url = "/v1/datasets/\(name)"
        do {
            try await file.append(ByteBuffer(bytes: entities.bytes))
            let rows = try await file.finish { _ in }.0
            let (dataset, created) = try await store.begin(
                record(name, order, join, digest: rows.digest), order, rows: rows)
            await file.discard()
            doorbell.ring()
            guard !isAsync, dataset.status == .building else {
                return JSONResponse(
                    dataset, status: dataset.status == .building ? .accepted : created ? .created : .ok,
                    headers: [.location: url])
            }
            let built = try await built(name, context)
            return JSONResponse(
                built, status: built.status == .building ? .accepted : created ? .created : .ok,
                headers: [.location: url])
        } catch {
            await file.discard()
            throw error
        }
    }

    /// The dataset once it is built, or as it is shortly before the caller's time is over.
    private func built(_ name: String, _ context: ServiceContext) async throws -> SavedDataset {
        let end = context.deadline - .milliseconds(500)
        while true {
            let known = doorbell.rings
            let dataset = try await store.find(name).record
            let left = end - .now
            if dataset.status == .ready || left <= .zero { return dataset }
            if let error = dataset.error {
                throw FeatureStoreError(.datasetFailed, "dataset \(name) failed: \(error.code): \(error.message)")
            }
            await doorbell.wait(after: known, timeout: left)
            try Task.checkCancellation()
        }
    }

    private func record(
        _ name: String, _ order: DatasetOrder, _ join: PointInTimeJoin, digest: String
    ) -> SavedDataset {
        var columns = join.table.header.map { SavedDataset.Column(name: $0) }
        for output in join.selection.outputs {
            columns.append(
                .init(
                    name: output.name, feature: join.selection.reference(output),
                    type: join.selection.column(output).type))
            for extra in DatasetWriter.Extra.allCases where order.extras.contains(extra) {
                columns.append(.init(name: "\(output.name)__\(extra.rawValue)"))
            }
        }
        let keys = Set(join.selection.views.flatMap { $0.view.joinKeys.map(\.name) })
        return SavedDataset(
            name: name, format: order.format.rawValue, rows: join.table.rows.count, columns: columns,
            keyColumns: keys.sorted() + [order.timeColumn],
            knownAt: order.knownAt.map { Timestamp(microseconds: $0).description }, sequence: order.sequence,
            entityRowsDigest: digest, createdAt: clock().description)
    }

    private func found(_ context: ServiceContext) async throws -> (record: SavedDataset, order: DatasetOrder) {
        try await store.find(try context.pathParameter("name"))
    }

    private func list(_ request: Request) async throws -> JSONResponse<SavedDatasetList> {
        let query = try Query(request, known: ["limit", "after"])
        let limit = try query.integer("limit", default: 100, in: 1...1000)
        let datasets = try await store.list(after: query["after"] ?? "", limit: limit + 1)
        return JSONResponse(
            SavedDatasetList(
                datasets: Array(datasets.prefix(limit)), next: datasets.count > limit ? datasets[limit - 1].name : nil))
    }

    private func ready(_ name: String) async throws -> (record: SavedDataset, path: String, digest: String) {
        let record = try await store.find(name).record
        guard record.status == .ready, let digest = record.digest else {
            let reason = record.error.map { ": \($0.message)" } ?? ""
            throw FeatureStoreError(.notFinished, "dataset \(name) is \(record.status.rawValue)\(reason)")
        }
        return (record, content.path(of: digest), digest)
    }

    private func rows(_ context: ServiceContext) async throws -> Response {
        let (record, path, digest) = try await ready(try context.pathParameter("name"))
        let format = EntityTable.Format(rawValue: record.format) ?? .csv
        return Response(
            status: .ok,
            headers: [
                .contentType: format.mediaType, .eTag: "\"\(digest)\"", .xContentTypeOptions: "nosniff",
                // An erasure changes even a saved dataset.
                .cacheControl: "private, no-cache",
            ],
            body: try await files.loadFile(path: path, context: context))
    }

    private func lineage(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<DatasetLineage> {
        let query = try Query(request, known: ["limit", "after"])
        let limit = try query.integer("limit", default: 1000, in: 1...10_000)
        let dataset = try await found(context).record
        let documents = try await store.documents(of: dataset.name, after: query["after"] ?? "", limit: limit + 1)
        return JSONResponse(
            DatasetLineage(
                dataset: dataset, documents: Array(documents.prefix(limit)),
                next: documents.count > limit ? documents[limit - 1].id : nil))
    }

    private func diff(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<DatasetDifference> {
        let query = try Query(request, known: ["with", "limit"])
        guard let other = query["with"] else {
            throw FeatureStoreError(.invalidField, "with names the dataset to compare with", field: "with")
        }
        let limit = try query.integer("limit", default: 20, in: 0...1000)
        let from = try await ready(try context.pathParameter("name"))
        let to = try await ready(other)
        let comparison = try DatasetComparison(from.record, at: from.path, to.record, at: to.path, limit: limit)
        return JSONResponse(try await NIOThreadPool.singleton.runIfActive { try comparison.run() })
    }
}
