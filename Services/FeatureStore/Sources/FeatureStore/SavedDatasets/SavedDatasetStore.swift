import FoundationEssentials
import ServiceAPI

/// Saved datasets: their rows in the store and the files they stand for.
///
/// What changes one does so under the lock of its name, and what takes up a file under that of its digest, so that
/// replicas come one after the other.
struct SavedDatasetStore: Sendable {
    /// Datasets that are being built or wait for it.
    private static let mostBuilding = 32
    /// How long a dataset is left to the one who builds it, from the last time that it told how far it is.
    private static let lease = Duration.seconds(60)

    let engine: any StoreEngine
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
        try await engine.write { db in
            if let known = try Self.locked(db, dataset.name), known.record.status != .failed {
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
                try db.row("SELECT count(*) AS count FROM saved_dataset WHERE status = 'building'")?.int("count") ?? 0
            guard building < Self.mostBuilding else {
                throw FeatureStoreError(.busy, "\(building) datasets are being built; try again later")
            }
            try adopt(db, rows)
            try Self.put(db, dataset, order)
            try db.notify()
            return (dataset, true)
        }
    }

    func find(_ name: String) async throws -> (record: SavedDataset, order: DatasetOrder) {
        guard let found = try await engine.read({ try Self.row($0, name) }) else {
            throw FeatureStoreError(.notFound, "there is no dataset \(name.prefix(200))", field: "name")
        }
        return found
    }

    /// Takes the dataset that has waited longest to be built and that nobody builds.
    func nextToBuild(at now: Timestamp) async throws -> (record: SavedDataset, order: DatasetOrder)? {
        let isWaiting = "status = 'building' AND (claimed_until IS NULL OR claimed_until < ?)"
        // Mostly there is none, which does not take a writer's turn to see.
        guard
            try await engine.read({
                try $0.row("SELECT name FROM saved_dataset WHERE \(isWaiting) LIMIT 1", now) != nil
            })
        else { return nil }
        return try await engine.write { db in
            let row = try db.row(
                """
                SELECT name, record, request, rows_done FROM saved_dataset WHERE \(isWaiting)
                ORDER BY created_at, name LIMIT 1 \(db.skipLocked)
                """, now)
            guard let row else { return nil }
            try db.execute(
                "UPDATE saved_dataset SET claimed_until = ?, rows_done = 0 WHERE name = ?", now + Self.lease,
                row.text("name"))
            return try Self.decoded(row)
        }
    }

    /// Tells how far the building of a dataset is, which keeps others from taking it.
    func tell(_ name: String, rowsDone: Int, at now: Timestamp) async throws {
        try await engine.write { db in
            _ = try db.execute(
                "UPDATE saved_dataset SET claimed_until = ?, rows_done = ? WHERE name = ? AND status = 'building'",
                now + Self.lease, rowsDone, name)
        }
    }

    /// Leaves a dataset, or all, to the next who builds.
    func release(_ name: String? = nil) async throws {
        try await engine.write { db in
            if let name {
                try db.execute("UPDATE saved_dataset SET claimed_until = NULL WHERE name = ?", name)
            } else {
                try db.execute("UPDATE saved_dataset SET claimed_until = NULL")
            }
            try db.notify()
        }
    }

    func list(after name: String, limit: Int) async throws -> [SavedDataset] {
        try await engine.read { db in
            try db.rows(
                "SELECT record, request, rows_done FROM saved_dataset WHERE name > ? ORDER BY name LIMIT ?", name, limit
            ).map { try Self.decoded($0).record }
        }
    }

    /// Gives a dataset its rows, or the reason why it has none; the entity rows are let go of.
    func finish(
        _ dataset: SavedDataset, _ order: DatasetOrder, rows: IncomingFile.Content?, documents ids: Set<String>
    ) async throws {
        try await engine.write { db in
            // Deleted meanwhile, built by another, or an entity was erased from the entity rows; then it is built again.
            guard let known = try Self.locked(db, dataset.name)?.record, known.status == .building,
                known.entityRowsDigest == dataset.entityRowsDigest
            else { return }
            if let rows { try adopt(db, rows) }
            try Self.put(db, dataset, order)
            for id in ids {
                try db.execute(
                    "INSERT INTO saved_dataset_document (dataset, document_id) VALUES (?, ?)", dataset.name, id)
            }
            try Self.abandon(db, [dataset.entityRowsDigest])
            try db.notify()
        }
        try await documents.removeAbandonedFiles()
    }

    /// Gives a dataset other rows in place of those whose digest is `old`.
    /// - Returns: whether it had these still.
    func replace(_ dataset: SavedDataset, of old: String, with rows: IncomingFile.Content) async throws -> Bool {
        let isDone = try await engine.write { db in
            guard let known = try Self.locked(db, dataset.name), known.record.status == dataset.status,
                (dataset.status == .building ? known.record.entityRowsDigest : known.record.digest) == old
            else { return false }
            try adopt(db, rows)
            try Self.put(db, dataset, known.order)
            try Self.abandon(db, [old])
            return true
        }
        if isDone { try await documents.removeAbandonedFiles() }
        return isDone
    }

    func delete(_ name: String) async throws {
        try await engine.write { db in
            guard let (record, _) = try Self.locked(db, name) else {
                throw FeatureStoreError(.notFound, "there is no dataset \(name.prefix(200))", field: "name")
            }
            try db.execute("DELETE FROM saved_dataset WHERE name = ?", name)
            try db.execute("DELETE FROM saved_dataset_document WHERE dataset = ?", name)
            try Self.abandon(db, [record.digest, record.entityRowsDigest].compactMap(\.self))
        }
        try await documents.removeAbandonedFiles()
    }

    /// The documents whose features are in a dataset, by id.
    func documents(of name: String, after id: String, limit: Int) async throws -> [DatasetLineage.Document] {
        let ids = try await engine.read { db in
            try db.rows(
                """
                SELECT document_id FROM saved_dataset_document
                WHERE dataset = ? AND document_id > ? ORDER BY document_id LIMIT ?
                """, name, id, limit
            ).map { try $0.text("document_id") }
        }
        let known = try await documents.named(ids)
        return ids.map { id in
            let document = known[id]
            return DatasetLineage.Document(
                id: id, name: document?.name, mediaType: document?.mediaType, size: document?.size)
        }
    }

    // MARK: - Inside a transaction

    private static func locked(
        _ db: any StoreSession, _ name: String
    ) throws -> (record: SavedDataset, order: DatasetOrder)? {
        try db.lock("dataset \(name)")
        return try row(db, name)
    }

    private func adopt(_ db: any StoreSession, _ rows: IncomingFile.Content) throws {
        try db.lock(rows.digest)
        if !FileSystem.exists(content.path(of: rows.digest)) { try content.adopt(rows) }
    }

    private static func row(
        _ db: any StoreSession, _ name: String
    ) throws -> (record: SavedDataset, order: DatasetOrder)? {
        try db.row("SELECT record, request, rows_done FROM saved_dataset WHERE name = ?", name).map(decoded)
    }

    private static func decoded(_ row: SQLRow) throws -> (record: SavedDataset, order: DatasetOrder) {
        let decoder = JSONDecoder()
        var record = try decoder.decode(SavedDataset.self, from: Data(try row.text("record").utf8))
        if record.status == .building { record.rowsDone = try row.int("rows_done") }
        return (record, try decoder.decode(DatasetOrder.self, from: Data(try row.text("request").utf8)))
    }

    /// Nobody builds it then: it is new or done, or has other entity rows.
    private static func put(_ db: any StoreSession, _ dataset: SavedDataset, _ order: DatasetOrder) throws {
        try db.execute(
            """
            INSERT INTO saved_dataset (name, status, rows_digest, entity_digest, record, request, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET status = excluded.status, rows_digest = excluded.rows_digest,
                entity_digest = excluded.entity_digest, record = excluded.record, request = excluded.request,
                created_at = excluded.created_at, claimed_until = NULL
            """, dataset.name, dataset.status.rawValue, dataset.digest,
            dataset.status == .building ? dataset.entityRowsDigest : nil, try dataset.storedJSON(),
            try order.storedJSON(), dataset.createdAt)
    }

    private static func abandon(_ db: any StoreSession, _ digests: [String]) throws {
        for digest in digests {
            try db.execute("INSERT INTO abandoned_file (path) VALUES (?) ON CONFLICT (path) DO NOTHING", digest)
        }
    }
}
