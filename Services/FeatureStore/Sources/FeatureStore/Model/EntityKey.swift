/// The canonical bytes of an entity's join keys.
///
/// Names and values carry their lengths, so that ("1", "12") and ("11", "2") stay two entities.
package struct EntityKey: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Keys are ordered by name; the order in which they are given does not matter.
    package init(_ keys: [String: String]) {
        var bytes: [UInt8] = []
        func append(_ text: String) {
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        for (name, value) in keys.sorted(by: { $0.key < $1.key }) {
            append(name)
            append(value)
        }
        self.bytes = bytes
    }

    /// The key of a document, whose single join key is the digest of its bytes.
    package static func document(_ id: String) -> EntityKey {
        EntityKey(["document_id": id])
    }
}
