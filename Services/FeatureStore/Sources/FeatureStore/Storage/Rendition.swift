import GRDB

/// A file made from a document, stored by its own digest.
struct Rendition: Sendable {
    enum Kind: String, Sendable {
        case pdf
        case preview
    }

    var kind: Kind
    var digest: String
    var mediaType: String
    var size: Int
}

extension Rendition: FetchableRecord {
    init(row: Row) throws {
        kind = try Kind(stored: row["kind"])
        digest = row["digest"]
        mediaType = row["media_type"]
        size = row["size"]
    }
}
