import Logging
import NIOCore
import ServiceAPI
import ServiceLifecycle

/// Builds saved datasets, one after the other; one that a process died over is built again.
final class DatasetBuilder: Service {
    /// Bytes of one dataset.
    private static let maxSize = 64 << 30
    /// How often it is told how far one is.
    private static let pace = Duration.seconds(2)

    private let store: SavedDatasetStore
    private let content: ContentStore
    private let registry: FeatureRegistry
    private let storage: any FeatureStorage
    private let maxRows: Int
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    /// Rings when there is something to build, and when something is built.
    let doorbell: Doorbell

    init(
        store: SavedDatasetStore, content: ContentStore, registry: FeatureRegistry, storage: any FeatureStorage,
        maxRows: Int, doorbell: Doorbell, clock: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        self.store = store
        self.content = content
        self.registry = registry
        self.storage = storage
        self.maxRows = maxRows
        self.doorbell = doorbell
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Nobody builds what an earlier process of the folder died over.
            var isFirst = !self.store.engine.isShared
            while !Task.isCancelled {
                let known = self.doorbell.rings
                do {
                    if isFirst { try await self.store.release() }
                    isFirst = false
                    while let (dataset, order) = try await self.store.nextToBuild(at: self.clock()) {
                        try await self.build(dataset, order)
                        self.doorbell.ring()
                    }
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.error("a dataset could not be built", metadata: ["error": "\(error)"])
                }
                await self.doorbell.wait(after: known, timeout: .seconds(5))
            }
        }
    }

    private func build(_ dataset: SavedDataset, _ order: DatasetOrder) async throws {
        var dataset = dataset
        let file = content.incoming(limit: Self.maxSize)
        do {
            let documents = try await write(dataset, order, to: file)
            let rows = try await file.finish { _ in }.0
            dataset.status = .ready
            dataset.digest = rows.digest
            dataset.size = rows.size
            dataset.rowsDone = dataset.rows
            dataset.documents = documents.count
            dataset.finishedAt = clock().description
            try await store.finish(dataset, order, rows: rows, documents: documents)
        } catch let error as FeatureStoreError where error.code != .storageUnavailable {
            dataset.status = .failed
            dataset.error = .init(code: error.code.description, message: error.message)
            dataset.finishedAt = clock().description
            try await store.finish(dataset, order, rows: nil, documents: [])
        } catch {
            // It stays to be built: the process ends, or the database is away.
            await file.discard()
            let name = dataset.name
            // Not in this task, which may be cancelled; where the database is away, its time runs out.
            try? await Task { try await store.release(name) }.value
            throw error
        }
        await file.discard()
    }

    /// - Returns: the documents whose features are in the rows.
    @concurrent private func write(_ dataset: SavedDataset, _ order: DatasetOrder, to file: IncomingFile) async throws
        -> Set<
            String
        >
    {
        let rows = try await content.read(dataset.entityRowsDigest)
        let join = try order.join(
            Array(rows.readableBytesView), registry: registry.snapshot, storage: storage, maxRows: maxRows)
        let writer = DatasetWriter(join, extras: Set(order.extras))
        var documents: Set<String> = []
        var told = ContinuousClock.now
        try await file.append(ByteBuffer(bytes: writer.header()))
        try await writer.forEachBlock { block in
            try Task.checkCancellation()
            try await file.append(ByteBuffer(bytes: block.bytes))
            for (index, read) in join.selection.views.enumerated() where read.view.name == DocumentView.featureView.name
            {
                let keys = join.table.keys[join.table.keySets[index]]
                for (place, row) in block.rows.enumerated() where block.grids[index].rows.entries[place].order != nil {
                    if case .text(let id)? = keys[row].values(read.view.joinKeys)?.first { documents.insert(id) }
                }
            }
            guard told.duration(to: .now) >= Self.pace else { return }
            told = .now
            try await store.tell(dataset.name, rowsDone: block.rows.upperBound, at: clock())
        }
        return documents
    }
}
