import JSONText
import NIOCore

/// Body of Feast's `POST /materialize` and `POST /materialize-incremental`.
struct FeastMaterializeRequest {
    var start: Timestamp?
    var end: Timestamp
    var views: [String] = []

    /// - Parameter isIncremental: then `end_ts` is required.
    init(_ body: ByteBuffer, isIncremental: Bool, now: Timestamp) throws {
        var start: JSONValue = .null
        var end: JSONValue = .null
        var views: [String] = []
        try JSONRequest.read(body) { (cursor, key) throws(JSONError) in
            switch key {
            case "start_ts": start = try cursor.readValue()
            case "end_ts": end = try cursor.readValue()
            case "feature_views" where cursor.peek() == UInt8(ascii: "["):
                try cursor.readArray { (cursor) throws(JSONError) in views.append(try cursor.readString()) }
            default: try cursor.skipValue()
            }
        }
        guard !isIncremental || end != .null else {
            throw FeatureStoreError(.invalidField, "end_ts is missing", field: "end_ts")
        }
        self.views = views
        self.start = start == .null ? nil : try FeatureFrame.time(start, "start_ts")
        self.end = end == .null ? now : try FeatureFrame.time(end, "end_ts")
        guard self.start.map({ $0 < self.end }) ?? true else {
            throw FeatureStoreError(.invalidField, "start_ts is not before end_ts", field: "start_ts")
        }
    }
}
