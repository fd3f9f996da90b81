package import ServiceAPI

/// The canonical bytes of an entity's join keys, in the order of their names.
///
/// Whole numbers are eight bytes, texts carry their length, so that ("1", "12") and ("11", "2") stay two entities.
package struct EntityKey: Hashable, Comparable, Sendable {
    /// Most bytes of a key: with the other columns it has to fit PostgreSQL's limit of an index entry, 2,704 bytes
    /// (`BTMaxItemSize` of `nbtree.h`, pages of 8 kB).
    package static let most = 2000

    package var bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter values: one for each join key of a view, in the view's order; none is null.
    package init(_ values: [Value]) {
        bytes = []
        for value in values { append(value) }
    }

    /// Adds the value of a join key that came from outside.
    /// - Throws: where it is null, or makes the key longer than can be stored.
    mutating func append(fitting value: Value, as type: FeatureType) throws(ValueMisfit) {
        guard value != .null else { throw ValueMisfit(message: "takes \(type), not null") }
        append(value)
        guard bytes.count <= Self.most else {
            throw ValueMisfit(message: "makes the entity's key longer than \(Self.most) bytes")
        }
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .int(let number):
            // With the sign turned, bytes sort as numbers do.
            withUnsafeBytes(of: (UInt64(bitPattern: number) ^ (1 << 63)).bigEndian) { bytes.append(contentsOf: $0) }
        case .text(let text):
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        default:
            preconditionFailure("a join key is a whole number or a text")
        }
    }

    /// As tables are ordered.
    package static func < (left: EntityKey, right: EntityKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The values again; nil where the bytes are not a key of these types.
    package func values(_ keys: [EntityDefinition.JoinKey]) -> [Value]? {
        var rest = bytes[...]
        var values: [Value] = []
        for key in keys {
            if key.type == .string {
                guard rest.count >= 4 else { return nil }
                let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(4)
                guard rest.count >= count else { return nil }
                values.append(.text(String(decoding: rest.prefix(count), as: UTF8.self)))
                rest = rest.dropFirst(count)
            } else {
                guard rest.count >= 8 else { return nil }
                let bits = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                values.append(.int(Int64(bitPattern: bits ^ (1 << 63))))
                rest = rest.dropFirst(8)
            }
        }
        return rest.isEmpty ? values : nil
    }

    /// The key of a document, whose single join key is the digest of its bytes.
    package static func document(_ id: String) -> EntityKey { EntityKey([.text(id)]) }
}
