import FoundationEssentials
import GRDB
import ServiceAPI

/// Saved datasets: their rows in the database and the files they stand for, both on this replica.
struct SavedDatasetStore: Sendable {
    /// Datasets that are being built or wait for it.
    private static let mostBuilding = 32

    let database: StoreDatabase
    let documents: DocumentStore

    private var content: ContentStore { documents.content }

    /// Takes an order and its entity rows in.
    ///
    /// The same order of the same rows again is what is there; a dataset that failed may be ordered anew.
    /// - Returns: the dataset, and whether it was new.
    /// - Throws: `dataset_exists`, `busy`.
    func begin(
        _ dataset: SavedDataset, _ order: DatasetOrder, rows: IncomingFile.Content
    ) async throws -> (SavedDataset, created: Bool) {
        try await database.write { db in
            if let known = try Self.row(db, dataset.name), known.record.status != .failed {
                var same = order
                same.sequence = known.order.sequence
                guard same == known.order, known.record.entityRowsDigest == rows.digest else {
                    throw FeatureStoreError(
                        .datasetExists, "there is another dataset \(dataset.name); a saved dataset never changes",
                        field: "name")
                }
                return (known.record, false)
            }
            let building =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM saved_dataset WHERE status = 'building'") ?? 0
            guard building < Self.mostBuilding else {
                throw FeatureStoreError(.busy, "\(building) datasets are being built; try again later")
            }
            if !FileSystem.exists(content.path(of: rows.digest)) { try content.adopt(rows) }
            try Self.put(db, dataset, order)
            return (dataset, true)
        }
    }

    func find(_ name: String) async throws -> (record: SavedDataset, order: DatasetOrder) {
        guard let found = try await database.read({ try Self.row($0, name) }) else {
            throw FeatureStoreError(.notFound, "there is no dataset \(name.prefix(200))", field: "name")
        }
        return found
    }

    /// The dataset that has waited longest to be built.
    func nextToBuild() async throws -> (record: SavedDataset, order: DatasetOrder)? {
        try await database.read { db in
            try Row.fetchOne(
                db,
                sql:
                    "SELECT record, request FROM saved_dataset WHERE status = 'building' ORDER BY created_at, name LIMIT 1"
            ).map(Self.decoded)
        }
    }

    func list(after name: String, limit: Int) async throws -> [SavedDataset] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT record, request FROM saved_dataset WHERE name > ? ORDER BY name LIMIT ?",
                arguments: [name, limit]
            ).map { try Self.decoded($0).record }
        }
    }

    /// Gives a dataset its rows, or the reason why it has none; the entity rows are let go of.
    func finish(
        _ dataset: SavedDataset, _ order: DatasetOrder, rows: IncomingFile.Content?, documents ids: Set<String>
    ) async throws {
        try await database.write { db in
            // Deleted meanwhile, or an entity was erased from the entity rows; then it is built again.
            guard let known = try Self.row(db, dataset.name)?.record, known.status == .building,
                known.entityRowsDigest == dataset.entityRowsDigest
            else { return }
            if let rows, !FileSystem.exists(content.path(of: rows.digest)) { try content.adopt(rows) }
            try Self.put(db, dataset, order)
            for id in ids {
                try db.execute(
                    sql: "INSERT INTO saved_dataset_document (dataset, document_id) VALUES (?, ?)",
                    arguments: [dataset.name, id])
            }
            try Self.abandon(db, [dataset.entityRowsDigest])
        }
        try await documents.removeAbandonedFiles()
    }

    /// Gives a dataset other rows in place of those whose digest is `old`.
    /// - Returns: whether it had these still.
    func replace(_ dataset: SavedDataset, of old: String, with rows: IncomingFile.Content) async throws -> Bool {
        let isDone = try await database.write { db in
            guard let known = try Self.row(db, dataset.name), known.record.status == dataset.status,
                (dataset.status == .building ? known.record.entityRowsDigest : known.record.digest) == old
            else { return false }
            if !FileSystem.exists(content.path(of: rows.digest)) { try content.adopt(rows) }
            try Self.put(db, dataset, known.order)
            try Self.abandon(db, [old])
            return true
        }
        if isDone { try await documents.removeAbandonedFiles() }
        return isDone
    }

    func delete(_ name: String) async throws {
        let (record, _) = try await find(name)
        try await database.write { db in
            try db.execute(sql: "DELETE FROM saved_dataset WHERE name = ?", arguments: [name])
            try db.execute(sql: "DELETE FROM saved_dataset_document WHERE dataset = ?", arguments: [name])
            try Self.abandon(db, [record.digest, record.entityRowsDigest].compactMap(\.self))
        }
        try await documents.removeAbandonedFiles()
    }

    /// The documents whose features are in a dataset, by id.
    func documents(of name: String, after id: String, limit: Int) async throws -> [DatasetLineage.Document] {
        let ids = try await database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT document_id FROM saved_dataset_document
                    WHERE dataset = ? AND document_id > ? ORDER BY document_id LIMIT ?
                    """,
                arguments: [name, id, limit])
        }
        let known = try await documents.named(ids)
        return ids.map { id in
            let document = known[id]
            return DatasetLineage.Document(
                id: id, name: document?.name, mediaType: document?.mediaType, size: document?.size)
        }
    }

    // MARK: - Rows

    private static func row(_ db: Database, _ name: String) throws -> (record: SavedDataset, order: DatasetOrder)? {
        try Row.fetchOne(db, sql: "SELECT record, request FROM saved_dataset WHERE name = ?", arguments: [name])
            .map(decoded)
    }

    private static func decoded(_ row: Row) throws -> (record: SavedDataset, order: DatasetOrder) {
        let decoder = JSONDecoder()
        return (
            try decoder.decode(SavedDataset.self, from: Data((row[0] as String).utf8)),
            try decoder.decode(DatasetOrder.self, from: Data((row[1] as String).utf8))
        )
    }

    private static func put(_ db: Database, _ dataset: SavedDataset, _ order: DatasetOrder) throws {
        try db.execute(
            sql: """
                INSERT INTO saved_dataset (name, status, rows_digest, entity_digest, record, request, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET status = excluded.status, rows_digest = excluded.rows_digest,
                    entity_digest = excluded.entity_digest, record = excluded.record, request = excluded.request,
                    created_at = excluded.created_at
                """,
            arguments: [
                dataset.name, dataset.status.rawValue, dataset.digest,
                dataset.status == .building ? dataset.entityRowsDigest : nil, try dataset.storedJSON(),
                try order.storedJSON(), dataset.createdAt,
            ])
    }

    private static func abandon(_ db: Database, _ digests: [String]) throws {
        for digest in digests {
            try db.execute(sql: "INSERT OR IGNORE INTO abandoned_file (path) VALUES (?)", arguments: [digest])
        }
    }
}
