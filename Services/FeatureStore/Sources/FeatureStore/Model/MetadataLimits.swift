/// What a document's metadata may be.
package enum MetadataLimits {
    package static let keys = 64
    package static let keyBytes = 128
    package static let valueBytes = 4096

    package static func check(_ metadata: [String: String]) throws {
        guard metadata.count <= keys else {
            throw FeatureStoreError(.invalidRequest, "metadata has more than \(keys) keys", field: "metadata")
        }
        for (key, value) in metadata {
            guard !key.isEmpty, key.utf8.count <= keyBytes, !key.utf8.contains(0) else {
                throw FeatureStoreError(
                    .invalidRequest, "a key of metadata has 1 to \(keyBytes) bytes without NUL", field: "metadata")
            }
            guard value.utf8.count <= valueBytes, !value.utf8.contains(0) else {
                throw FeatureStoreError(
                    .invalidRequest, "a value of metadata has at most \(valueBytes) bytes, without NUL",
                    field: "metadata.\(key)")
            }
        }
    }
}
