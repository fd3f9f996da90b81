import JSONText
import NIOCore

/// The body of an `unload` request.
enum RepositoryUnloadRequest {
    /// Whether the models of an ensemble's steps are to go too; clients may send nothing at all.
    static func dependents(_ body: ByteBuffer) throws(InferenceError) -> Bool {
        guard body.readableBytes > 0 else { return false }
        do throws(JSONError) {
            return try body.withUnsafeReadableBytes { (bytes) throws(JSONError) in
                var cursor = JSONCursor(bytes)
                var dependents = false
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    guard key == "parameters" else { return try cursor.skipValue() }
                    try cursor.readObject { (cursor, key) throws(JSONError) in
                        if key == "unload_dependents" {
                            dependents = try cursor.readBool()
                        } else {
                            try cursor.skipValue()
                        }
                    }
                }
                try cursor.expectEnd()
                return dependents
            }
        } catch {
            throw InferenceError(.invalidRequest, "the request's JSON: \(error.message) at byte \(error.offset)")
        }
    }
}
