import JSONText
import NIOCore

/// Reads a request's body that is one JSON object, member by member.
enum JSONRequest {
    /// - Throws: `malformed_json`, 400 for what is no JSON, 422 where a known member is of another type.
    static func read(
        _ body: ByteBuffer, allowsNonFinite: Bool = false,
        _ member: (inout JSONCursor, String) throws(JSONError) -> Void
    ) throws {
        guard body.readableBytes > 0 else {
            throw FeatureStoreError(.malformedJSON, "the body is empty, expected JSON")
        }
        try body.withUnsafeReadableBytes { bytes in
            var current = ""
            do throws(JSONError) {
                var cursor = JSONCursor(bytes, allowsNonFinite: allowsNonFinite)
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    current = key
                    try member(&cursor, key)
                    current = ""
                }
                try cursor.expectEnd()
            } catch {
                throw failure(error, bytes, current, allowsNonFinite: allowsNonFinite)
            }
        }
    }

    private static func failure(
        _ error: JSONError, _ bytes: UnsafeRawBufferPointer, _ member: String, allowsNonFinite: Bool
    ) -> FeatureStoreError {
        var cursor = JSONCursor(bytes, allowsNonFinite: allowsNonFinite)
        let isJSON: Bool
        do throws(JSONError) {
            try cursor.skipValue()
            try cursor.expectEnd()
            isJSON = true
        } catch { isJSON = false }
        guard isJSON else {
            return FeatureStoreError(
                .malformedJSON, "the body is not valid JSON at byte \(error.offset): \(error.message)")
        }
        let field = member.isEmpty ? nil : String(member.prefix(100))
        return FeatureStoreError(
            .invalidField, "\(field.map { "\($0): " } ?? "")\(error.message) at byte \(error.offset)", field: field)
    }
}
