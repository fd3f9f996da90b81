import JSONText
import NIOCore

/// The body of `POST /v2/repository/index`: empty, `{}` or `{"ready":true}`.
enum RepositoryIndexRequest {
    /// Whether only models that are ready are asked for.
    static func onlyReady(_ body: ByteBuffer) throws(InferenceError) -> Bool {
        guard body.readableBytes > 0 else { return false }
        do throws(JSONError) {
            return try body.withUnsafeReadableBytes { (bytes) throws(JSONError) in
                var cursor = JSONCursor(bytes)
                var ready = false
                try cursor.readObject { (cursor, key) throws(JSONError) in
                    if key == "ready" { ready = try cursor.readBool() } else { try cursor.skipValue() }
                }
                try cursor.expectEnd()
                return ready
            }
        } catch {
            throw InferenceError(.invalidRequest, "the request's JSON: \(error.message) at byte \(error.offset)")
        }
    }
}
