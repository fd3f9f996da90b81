import FoundationEssentials
import GRDB

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

    let database: StoreDatabase

    /// Puts these passages in the place of the document's earlier ones.
    static func replace(_ db: Database, document id: String, _ passages: [Passage], whole: [Float]) throws {
        try db.execute(sql: "DELETE FROM passage WHERE document_id = ?", arguments: [id])
        let all =
            passages.enumerated().map { ($0.offset, $0.element) }
            + (whole.isEmpty ? [] : [(wholeDocument, Passage(page: nil, text: "", vector: whole))])
        for (ordinal, passage) in all {
            try db.execute(
                sql: """
                    INSERT INTO passage (document_id, ordinal, sequence, page, text, vector) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, ordinal, db.nextSequence(), passage.page, passage.text,
                    passage.vector.withUnsafeBytes { Data($0) },
                ])
        }
    }

    /// Vectors of passages in the order of ingestion, from the first after `sequence` on.
    func vectors(after sequence: Int64, limit: Int) async throws -> [Vector] {
        try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT document_id, ordinal, sequence, vector FROM passage
                    WHERE sequence > ? AND ordinal >= 0 ORDER BY sequence LIMIT ?
                    """,
                arguments: [sequence, limit]
            ).map { row in
                Vector(
                    document: row["document_id"], ordinal: row["ordinal"], sequence: row["sequence"],
                    values: try row.withUnsafeData(named: "vector") { $0.map(Self.floats) ?? [] })
            }
        }
    }

    /// The text of passages that are still there, by document.
    func passages(_ hits: [VectorIndex.Hit]) async throws -> [String: Found] {
        try await database.read { db in
            var found: [String: Found] = [:]
            for hit in hits {
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT passage.page, passage.text, document.name, document.type
                        FROM passage JOIN document ON document.id = passage.document_id
                        WHERE document_id = ? AND ordinal = ? AND sequence = ?
                        """,
                    arguments: [hit.document, hit.ordinal, hit.sequence])
                if let row {
                    found[hit.document] = Found(
                        name: row["name"], type: row["type"], page: row["page"], text: row["text"])
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

    private static func floats(_ data: Data) -> [Float] {
        [Float](unsafeUninitializedCapacity: data.count / 4) { buffer, count in
            count = data.copyBytes(to: buffer) / 4
        }
    }
}
