import JSONText
import NIOCore

/// Body of Feast's `POST /get-online-features`.
struct FeastOnlineRequest {
    var entities: EntityColumns
    var features: [String] = []
    var service: String?
    var fullNames = false

    init(_ body: ByteBuffer) throws {
        var columns: [(name: String, values: [JSONValue])]?
        var features: [String] = []
        var service: String?
        var fullNames = false
        try JSONRequest.read(body, allowsNonFinite: true) { (cursor, key) throws(JSONError) in
            switch key {
            case "entities":
                columns = try EntityColumns.read(&cursor)
            case "features" where cursor.peek() == UInt8(ascii: "["):
                try cursor.readArray { (cursor) throws(JSONError) in features.append(try cursor.readString()) }
            case "feature_service" where cursor.peek() == UInt8(ascii: "\""):
                service = try cursor.readString()
            case "full_feature_names":
                fullNames = try cursor.readBool()
            case "feature_service", "features":
                try cursor.readNull()
            default:
                // Feast's server passes over what it does not know.
                try cursor.skipValue()
            }
        }
        guard let columns else {
            throw FeatureStoreError(.invalidEntity, "entities is missing", field: "entities")
        }
        guard columns.count <= 64 else {
            throw FeatureStoreError(.invalidEntity, "entities has more than 64 columns", field: "entities")
        }
        self.entities = try EntityColumns(columns)
        self.features = features
        self.service = service
        self.fullNames = fullNames
        guard service != nil || !features.isEmpty else {
            throw FeatureStoreError(
                .invalidField, "features is empty and there is no feature_service", field: "features")
        }
    }
}
