import GRDB
import ServiceAPI

/// Documents: their rows and the files they stand for.
struct DocumentStore: Sendable {
    let database: StoreDatabase
    let content: ContentStore
    let view: DocumentView

    /// Takes arrived bytes in: file, row and job are there together or not at all.
    ///
    /// The same bytes again are the same document: its name and state stay, metadata given again is merged into what
    /// is there, key by key.
    func accept(
        _ incoming: IncomingFile.Content, name: String, format: DocumentFormat, metadata: [String: String],
        at now: Timestamp
    ) async throws -> (document: DocumentRow, created: Bool) {
        try await database.write { db in
            if var document = try Self.document(db, id: incoming.digest) {
                if !FileSystem.exists(content.path(of: document.id)) { try content.adopt(incoming) }
                let merged = document.metadata.merging(metadata) { _, new in new }
                if merged != document.metadata {
                    try MetadataLimits.check(merged)
                    document.metadata = merged
                    try db.execute(
                        sql: "UPDATE document SET metadata = ? WHERE id = ?",
                        arguments: [merged.storedJSON(), document.id])
                }
                return (document, false)
            }
            try content.adopt(incoming)
            let document = DocumentRow(
                id: incoming.digest, name: name, mediaType: format.mediaType, size: incoming.size, metadata: metadata,
                status: .queued, createdAt: now)
            try db.execute(
                sql: """
                    INSERT INTO document (id, name, media_type, size, metadata, status, created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    document.id, name, document.mediaType, document.size, metadata.storedJSON(),
                    document.status.rawValue, now,
                ])
            try JobStore.insert(db, document: document.id, view: view, at: now)
            return (document, true)
        }
    }

    /// Finds a document by its id or by a prefix that only it has.
    /// - Throws: `notFound`, `ambiguousID`, or `invalidRequest` for what cannot be an id.
    func find(_ text: String) async throws -> DocumentRow {
        let id = text.lowercased()
        guard (4...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            throw FeatureStoreError(
                .invalidRequest, "a document's id is 64 hexadecimal digits; a prefix has at least 4", field: "id")
        }
        let found = try await database.read { db in
            // 'g' follows every hexadecimal digit.
            try DocumentRow.fetchAll(
                db, sql: "SELECT * FROM document WHERE id >= ? AND id < ? ORDER BY id LIMIT 2",
                arguments: [id, id + "g"])
        }
        guard let document = found.first else { throw FeatureStoreError(.notFound, "there is no document \(id)") }
        guard found.count == 1 else {
            throw FeatureStoreError(.ambiguousID, "several documents' ids begin with \(id)", field: "id")
        }
        return document
    }

    /// A page of documents, newest first.
    func list(_ filter: DocumentFilter, after cursor: DocumentCursor?, limit: Int) async throws -> [DocumentRow] {
        try await database.read { db in
            var (condition, arguments) = filter.condition
            if let cursor {
                condition += " AND (created_at, id) < (?, ?)"
                arguments += [cursor.createdAt, cursor.id]
            }
            arguments += [limit]
            return try DocumentRow.fetchAll(
                db, sql: "SELECT * FROM document WHERE \(condition) ORDER BY created_at DESC, id DESC LIMIT ?",
                arguments: arguments)
        }
    }

    func identifiers(_ filter: DocumentFilter) async throws -> Set<String> {
        try await database.read { db in
            let (condition, arguments) = filter.condition
            return try String.fetchSet(db, sql: "SELECT id FROM document WHERE \(condition)", arguments: arguments)
        }
    }

    /// Removes a document, everything made from it, and its features with their history.
    func delete(_ id: String, at now: Timestamp) async throws {
        try await database.write { db in
            let digests = try String.fetchSet(
                db, sql: "SELECT digest FROM rendition WHERE document_id = ? UNION SELECT ?", arguments: [id, id])
            for table in ["job", "step", "step_result", "rendition", "passage"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE document_id = ?", arguments: [id])
            }
            try SQLiteFeatureStorage.erase(
                db,
                Erasure(views: [view.features.id], key: .document(id), reason: "document deleted", actor: ""), at: now)
            try db.execute(sql: "DELETE FROM document WHERE id = ?", arguments: [id])
            for digest in digests {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO abandoned_file (path) VALUES (?)", arguments: [digest])
            }
        }
        try await removeAbandonedFiles()
    }

    /// Removes files that no row stands for any more.
    ///
    /// Runs on the writer, so no document can take one up meanwhile.
    func removeAbandonedFiles() async throws {
        try await database.write { db in
            for digest in try String.fetchAll(db, sql: "SELECT path FROM abandoned_file LIMIT 1000") {
                let isUsed = try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM document WHERE id = ?1)
                            OR EXISTS (SELECT 1 FROM rendition WHERE digest = ?1)
                            OR EXISTS (SELECT 1 FROM saved_dataset WHERE rows_digest = ?1 OR entity_digest = ?1)
                        """,
                    arguments: [digest])
                if isUsed != true { try FileSystem.remove(content.path(of: digest)) }
                try db.execute(sql: "DELETE FROM abandoned_file WHERE path = ?", arguments: [digest])
            }
        }
    }

    /// Opens the failed steps of a finished document again.
    /// - Returns: whether there was one.
    func retry(_ id: String, at now: Timestamp) async throws -> Bool {
        try await database.write { db in
            try JobStore.reopen(db, document: id, view: view, at: now)
        }
    }

    func rendition(_ kind: Rendition.Kind, of id: String) async throws -> Rendition? {
        try await database.read { db in
            try Rendition.fetchOne(
                db, sql: "SELECT * FROM rendition WHERE document_id = ? AND kind = ?", arguments: [id, kind.rawValue])
        }
    }

    func result(of step: StepName, document id: String) async throws -> [UInt8]? {
        try await database.read { db in
            try Self.result(db, of: step, document: id, view: view)
        }
    }

    static func result(_ db: Database, of step: StepName, document id: String, view: DocumentView) throws -> [UInt8]? {
        try Row.fetchOne(
            db, sql: "SELECT body FROM step_result WHERE document_id = ? AND view = ? AND name = ?",
            arguments: [id, view.name, step.rawValue]
        ).map { row in
            try row.withUnsafeData(atIndex: 0) { $0.map { [UInt8]($0) } ?? [] }
        }
    }

    static func document(_ db: Database, id: String) throws -> DocumentRow? {
        try DocumentRow.fetchOne(db, sql: "SELECT * FROM document WHERE id = ?", arguments: [id])
    }
}
