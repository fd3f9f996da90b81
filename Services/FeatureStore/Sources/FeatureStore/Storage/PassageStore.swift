/// A stretch of a document's text with its vector.
package struct Passage: Sendable, Equatable {
    /// 1-based page the passage begins on.
    package var page: Int?
    package var text: String
    /// Normalised.
    package var vector: [Float]

    package init(page: Int?, text: String, vector: [Float]) {
        self.page = page
        self.text = text
        self.vector = vector
    }
}

/// Passages by document; the ordinal -1 is the document as a whole.
struct PassageStore: Sendable {
    static let wholeDocument = -1

    struct Vector: Sendable {
        var document: String
        var ordinal: Int
        var sequence: Int64
        var values: [Float]
    }

    let engine: any StoreEngine

    /// Puts these passages in the place of the document's earlier ones.
    static func replace(_ db: any StoreSession, document id: String, _ passages: [Passage], whole: [Float]) throws {
        try db.execute("DELETE FROM passage WHERE document_id = ?", id)
        let all =
            passages.enumerated().map { ($0.offset, $0.element) }
            + (whole.isEmpty ? [] : [(wholeDocument, Passage(page: nil, text: "", vector: whole))])
        guard !all.isEmpty else { return }
        var sequence = try db.nextSequences(all.count)
        for (ordinal, passage) in all {
            try db.execute(
                "INSERT INTO passage (document_id, ordinal, sequence, page, text, vector) VALUES (?, ?, ?, ?, ?, ?)",
                id, ordinal, sequence, passage.page, passage.text, passage.vector.withUnsafeBytes { Array($0) })
            sequence += 1
        }
    }

    /// Vectors of passages in the order of ingestion, from the first after `sequence` on.
    func vectors(after sequence: Int64, limit: Int) async throws -> [Vector] {
        try await engine.read { db in
            try db.rows(
                """
                SELECT document_id, ordinal, sequence, vector FROM passage
                WHERE sequence > ? AND ordinal >= 0 ORDER BY sequence LIMIT ?
                """, sequence, limit
            ).map { row in
                Vector(
                    document: try row.text("document_id"), ordinal: try row.int("ordinal"),
                    sequence: Int64(try row.int("sequence")), values: Self.floats(try row.bytes("vector")))
            }
        }
    }

    /// The text of passages that are still there, by document.
    func passages(_ hits: [VectorIndex.Hit]) async throws -> [String: Found] {
        try await engine.read { db in
            var found: [String: Found] = [:]
            for hit in hits {
                let row = try db.row(
                    """
                    SELECT passage.page, passage.text, document.name, document.type
                    FROM passage JOIN document ON document.id = passage.document_id
                    WHERE document_id = ? AND ordinal = ? AND sequence = ?
                    """, hit.document, hit.ordinal, hit.sequence)
                if let row {
                    found[hit.document] = Found(
                        name: try row.text("name"), type: try row.optionalText("type"),
                        page: try row.optionalInt("page"), text: try row.text("text"))
                }
            }
            return found
        }
    }

    struct Found: Sendable {
        var name: String
        var type: String?
        var page: Int?
        var text: String
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 3, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
        }
    }
}
