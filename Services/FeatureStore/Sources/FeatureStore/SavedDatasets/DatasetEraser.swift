import NIOCore
import ServiceAPI

/// Takes the rows of an erased entity out of saved datasets.
///
/// Nothing else changes a dataset. The rows that are left become another file with another hash, the old file is removed, and
/// the dataset notes it. An actor, so that one dataset is not rewritten twice at once; it blocks.
actor DatasetEraser {
    /// Bytes of rows that are handed on at once.
    private static let block = 1 << 18
    private static let page = 100

    private let executor = QueueExecutor(label: "feature-store.erase")
    private let store: SavedDatasetStore
    private let content: ContentStore
    private let clock: @Sendable () -> Timestamp

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(store: SavedDatasetStore, content: ContentStore, clock: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.content = content
        self.clock = clock
    }

    /// - Returns: the names of the datasets that held rows of the entity.
    func erase(_ erasure: Erasure, of views: [ViewVersion]) async throws -> [String] {
        guard let joinKeys = views.first?.joinKeys else { return [] }
        let names = Set(views.map { "\($0.name)@v\($0.version)" })
        var changed: [String] = []
        var after = ""
        while true {
            let datasets = try await store.list(after: after, limit: Self.page)
            for dataset in datasets where dataset.reads(names) {
                if try await erase(erasure, joinKeys, from: dataset.name) { changed.append(dataset.name) }
            }
            guard let last = datasets.last?.name, datasets.count == Self.page else { return changed }
            after = last
        }
    }

    private func erase(
        _ erasure: Erasure, _ joinKeys: [EntityDefinition.JoinKey], from name: String
    ) async throws -> Bool {
        while true {
            let dataset: SavedDataset
            do { dataset = try await store.find(name).record } catch let error as FeatureStoreError
                where error.code == .notFound
            { return false }
            // Of one that is being built the entity rows are kept; it is built of those that are left.
            guard let digest = dataset.status == .building ? dataset.entityRowsDigest : dataset.digest else {
                return false
            }
            let file = content.incoming(limit: .max)
            do {
                let removed = try await copy(
                    dataset, at: content.path(of: digest), without: erasure.key, joinKeys, to: file)
                let isDone = removed == 0 ? true : try await replace(dataset, erasure, removed, digest, file)
                await file.discard()
                // Where it changed meanwhile, what it is now is looked at.
                if isDone { return removed > 0 }
            } catch {
                await file.discard()
                throw error
            }
        }
    }

    /// - Returns: how many rows were left out.
    private func copy(
        _ dataset: SavedDataset, at path: String, without key: EntityKey, _ joinKeys: [EntityDefinition.JoinKey],
        to file: IncomingFile
    ) async throws -> Int {
        var rows = try KeyedRows(
            path: path, format: EntityTable.Format(rawValue: dataset.format) ?? .csv, joinKeys: joinKeys)
        var removed = 0
        var kept = rows.header
        while let row = try rows.next() {
            guard row.key != key else {
                removed += 1
                continue
            }
            kept += row.bytes
            kept.append(0x0A)
            if kept.count >= Self.block {
                try await file.append(ByteBuffer(bytes: kept))
                kept.removeAll(keepingCapacity: true)
            }
        }
        if !kept.isEmpty { try await file.append(ByteBuffer(bytes: kept)) }
        return removed
    }

    private func replace(
        _ dataset: SavedDataset, _ erasure: Erasure, _ removed: Int, _ digest: String, _ file: IncomingFile
    ) async throws -> Bool {
        let content = try await file.finish { _ in }.0
        var dataset = dataset
        dataset.rows -= removed
        if dataset.status == .building {
            dataset.entityRowsDigest = content.digest
        } else {
            dataset.digest = content.digest
            dataset.size = content.size
            dataset.rowsDone = dataset.rows
        }
        dataset.erasures =
            (dataset.erasures ?? []) + [
                .init(
                    erasedAt: clock().description, keyDigest: erasure.keyDigest, rows: removed, previousDigest: digest,
                    reason: erasure.reason, actor: erasure.actor)
            ]
        return try await store.replace(dataset, of: digest, with: content)
    }
}

extension SavedDataset {
    /// Whether features of one of the views, `view@v1`, are in it.
    fileprivate func reads(_ views: Set<String>) -> Bool {
        columns.contains { column in
            column.feature.map { views.contains(String($0.prefix { $0 != ":" })) } ?? false
        }
    }
}
