import JSONText
import NIOCore

/// Body of `POST /v1/features/online`.
struct OnlineRequest {
    var features: [String] = []
    var services: [String] = []
    var entities: EntityColumns
    var fullNames = false
    /// Whether values past their time to live are in the answer; by default what each view says.
    var includesExpired: Bool?

    init(_ body: ByteBuffer) throws {
        var columns: [(name: String, values: [JSONValue])]?
        var rows: [[String: JSONValue]]?
        var features: [String] = []
        var services: [String] = []
        var fullNames = false
        var includesExpired: Bool?
        try JSONRequest.read(body) { (cursor, key) throws(JSONError) in
            switch key {
            case "features": try Self.texts(&cursor, &features)
            case "services": try Self.texts(&cursor, &services)
            case "full_feature_names": fullNames = try cursor.readBool()
            case "include_expired": includesExpired = try cursor.readBool()
            case "entities" where cursor.peek() == UInt8(ascii: "["):
                var found: [[String: JSONValue]] = []
                try cursor.readArray { (cursor) throws(JSONError) in
                    guard case .object(let members) = try cursor.readValue() else {
                        throw cursor.error("expected an object")
                    }
                    found.append(members)
                }
                rows = found
            case "entities":
                columns = try EntityColumns.read(&cursor)
            default:
                throw cursor.error(
                    "unknown; known are entities, features, full_feature_names, include_expired, services")
            }
        }
        if let rows { columns = try Self.columns(rows) }
        guard let columns else {
            throw FeatureStoreError(.invalidField, "entities is missing: columns, or rows", field: "entities")
        }
        guard columns.count <= 64 else {
            throw FeatureStoreError(.invalidEntity, "entities has more than 64 columns", field: "entities")
        }
        guard !features.isEmpty || !services.isEmpty else {
            throw FeatureStoreError(.invalidField, "features and services are both empty", field: "features")
        }
        entities = try EntityColumns(columns)
        self.features = features
        self.services = services
        self.fullNames = fullNames
        self.includesExpired = includesExpired
    }

    private static func texts(_ cursor: inout JSONCursor, _ texts: inout [String]) throws(JSONError) {
        try cursor.readArray { (cursor) throws(JSONError) in texts.append(try cursor.readString()) }
    }

    /// Rows as columns; every row has the same keys.
    private static func columns(_ rows: [[String: JSONValue]]) throws -> [(name: String, values: [JSONValue])] {
        guard let first = rows.first else { return [] }
        for (index, row) in rows.enumerated()
        where row.count != first.count || !row.keys.allSatisfy({ first[$0] != nil }) {
            throw FeatureStoreError(
                .invalidEntity, "entities[\(index)] has other keys than entities[0]", field: "entities[\(index)]")
        }
        return first.keys.sorted().map { name in (name: name, values: rows.map { $0[name] ?? .null }) }
    }
}
