import ServiceAPI

/// Documents: their rows and the files they stand for.
struct DocumentStore: Sendable {
    let engine: any StoreEngine
    let content: ContentStore
    let view: DocumentView

    /// Takes arrived bytes in: file, row and job are there together or not at all.
    ///
    /// The same bytes again are the same document: its name and state stay, metadata given again is merged into what
    /// is there, key by key.
    func accept(
        _ incoming: IncomingFile.Content, name: String, format: DocumentFormat, metadata: [String: String],
        priority: JobPriority, at now: Timestamp
    ) async throws -> (document: DocumentRow, created: Bool) {
        try await engine.write { db in
            try db.lock(incoming.digest)
            if var document = try Self.document(db, id: incoming.digest) {
                if !FileSystem.exists(content.path(of: document.id)) { try content.adopt(incoming) }
                let merged = document.metadata.merging(metadata) { _, new in new }
                if merged != document.metadata {
                    try MetadataLimits.check(merged)
                    document.metadata = merged
                    try db.execute(
                        "UPDATE document SET metadata = ? WHERE id = ?", merged.storedJSON(), document.id)
                }
                return (document, false)
            }
            try content.adopt(incoming)
            let document = DocumentRow(
                id: incoming.digest, name: name, mediaType: format.mediaType, size: incoming.size, metadata: metadata,
                status: .queued, createdAt: now)
            try db.execute(
                """
                INSERT INTO document (id, name, media_type, size, metadata, status, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                document.id, name, document.mediaType, document.size, metadata.storedJSON(), document.status.rawValue,
                now)
            try JobStore.insert(db, document: document.id, view: view, priority: priority, at: now)
            try db.notify()
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
        let found = try await engine.read { db in
            // 'g' follows every hexadecimal digit.
            try db.rows("SELECT * FROM document WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", id, id + "g")
                .map(DocumentRow.init)
        }
        guard let document = found.first else { throw FeatureStoreError(.notFound, "there is no document \(id)") }
        guard found.count == 1 else {
            throw FeatureStoreError(.ambiguousID, "several documents' ids begin with \(id)", field: "id")
        }
        return document
    }

    /// A page of documents, newest first.
    func list(_ filter: DocumentFilter, after cursor: DocumentCursor?, limit: Int) async throws -> [DocumentRow] {
        try await engine.read { db in
            var (condition, arguments) = filter.condition(db)
            if let cursor {
                condition += " AND (created_at, id) < (?, ?)"
                arguments += [cursor.createdAt, cursor.id] as [any SQLConvertible]
            }
            arguments.append(limit)
            return try db.rows(
                "SELECT * FROM document WHERE \(condition) ORDER BY created_at DESC, id DESC LIMIT ?", arguments
            ).map(DocumentRow.init)
        }
    }

    /// Those documents that are there, by id.
    func named(_ ids: [String]) async throws -> [String: DocumentRow] {
        guard !ids.isEmpty else { return [:] }
        return try await engine.read { db in
            let rows = try db.rows("SELECT * FROM document WHERE id IN (\(ids.placeholders))", ids)
            return Dictionary(
                try rows.map { try DocumentRow($0) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    func identifiers(_ filter: DocumentFilter) async throws -> Set<String> {
        try await engine.read { db in
            let (condition, arguments) = filter.condition(db)
            return Set(
                try db.rows("SELECT id FROM document WHERE \(condition)", arguments).map { try $0.text("id") })
        }
    }

    /// Removes a document, everything made from it, and its features with their history.
    func delete(_ id: String, at now: Timestamp) async throws {
        try await engine.write { db in
            let digests = try db.rows("SELECT digest FROM rendition WHERE document_id = ?", id).map {
                try $0.text("digest")
            }
            for table in ["job", "step", "step_result", "rendition", "passage"] {
                try db.execute("DELETE FROM \(table) WHERE document_id = ?", id)
            }
            try db.eraseFeatures(
                Erasure(views: [view.features.id], key: .document(id), reason: "document deleted", actor: ""), at: now)
            try db.execute("DELETE FROM document WHERE id = ?", id)
            for digest in Set(digests + [id]) {
                try db.execute("INSERT INTO abandoned_file (path) VALUES (?) ON CONFLICT (path) DO NOTHING", digest)
            }
            try db.notify()
        }
        try await removeAbandonedFiles()
    }

    /// Removes files that no row stands for any more.
    ///
    /// Each under the lock of its digest, so no document can take one up meanwhile.
    func removeAbandonedFiles() async throws {
        let digests = try await engine.read { db in
            try db.rows("SELECT path FROM abandoned_file LIMIT 1000").map { try $0.text("path") }
        }
        for digest in digests {
            try await engine.write { db in
                try db.lock(digest)
                let users = try db.rows(
                    """
                    SELECT id FROM document WHERE id = ?
                    UNION ALL SELECT document_id AS id FROM rendition WHERE digest = ?
                    UNION ALL SELECT name AS id FROM saved_dataset WHERE rows_digest = ? OR entity_digest = ?
                    """, digest, digest, digest, digest)
                if users.isEmpty { try FileSystem.remove(content.path(of: digest)) }
                try db.execute("DELETE FROM abandoned_file WHERE path = ?", digest)
            }
        }
    }

    /// Opens the failed steps of a finished document again.
    /// - Returns: whether there was one.
    func retry(_ id: String, at now: Timestamp) async throws -> Bool {
        try await engine.write { db in
            try JobStore.reopen(db, document: id, view: view, at: now) { machine, _ in machine.retry() }
        }
    }

    func rendition(_ kind: Rendition.Kind, of id: String) async throws -> Rendition? {
        try await engine.read { db in
            try db.row("SELECT * FROM rendition WHERE document_id = ? AND kind = ?", id, kind.rawValue)
                .map(Rendition.init)
        }
    }

    func result(of step: StepName, document id: String) async throws -> [UInt8]? {
        try await engine.read { db in
            try db.row(
                "SELECT body FROM step_result WHERE document_id = ? AND view = ? AND name = ?", id, view.name,
                step.rawValue
            )?.bytes("body")
        }
    }

    static func document(_ db: any StoreSession, id: String) throws -> DocumentRow? {
        try db.row("SELECT * FROM document WHERE id = ?", id).map(DocumentRow.init)
    }
}
