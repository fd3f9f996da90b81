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

extension Rendition {
    init(_ row: SQLRow) throws {
        kind = try Kind(stored: try row.text("kind"))
        digest = try row.text("digest")
        mediaType = try row.text("media_type")
        size = try row.int("size")
    }
}
