import JSONText
import NIOCore
import ServiceAPI

/// Body of `POST /v1/features/rows`: rows of one view, each with entity, times and values.
struct WriteRequest {
    var view: ViewVersion
    var rows: [PendingRow]
    var source: String

    init(_ body: ByteBuffer, registry: RegistrySnapshot) throws {
        var name: String?
        var rows: [JSONValue] = []
        var source = ""
        var isStrict = false
        try JSONRequest.read(body, allowsNonFinite: true) { (cursor, key) throws(JSONError) in
            switch key {
            case "view": name = try cursor.readString()
            case "rows": try cursor.readArray { (cursor) throws(JSONError) in rows.append(try cursor.readValue()) }
            case "source": source = try cursor.readString()
            case "mode":
                let mode = try cursor.readString()
                guard ["merge", "strict"].contains(mode) else { throw cursor.error("mode is merge or strict") }
                isStrict = mode == "strict"
            default: throw cursor.error("unknown; known are mode, rows, source, view")
            }
        }
        guard let name, let reference = FeatureReference(name), reference.feature == nil else {
            throw FeatureStoreError(.invalidField, "view is missing, or no view's name", field: "view")
        }
        guard source.utf8.count <= 1024, !source.utf8.contains(0) else {
            throw FeatureStoreError(.invalidField, "source has at most 1024 bytes, without NUL", field: "source")
        }
        let view = try registry.view(reference.view, version: reference.version, field: "view")
        self.view = view
        self.source = source
        self.rows = try rows.enumerated().map { index, json in
            let row = try PendingRow(json, of: view, "rows[\(index)]")
            if isStrict, !row.isDeleted,
                let missing = view.presentColumns.first(where: { row.cells.cells[$0.ordinal] == nil })
            {
                throw FeatureStoreError(
                    .invalidFeature, "rows[\(index)].values lacks \(missing.name), and mode is strict",
                    field: "rows[\(index)].values.\(missing.name)")
            }
            return row
        }
    }
}

extension PendingRow {
    /// `{"entity":{…},"event_time":…,"created_time"?:…,"values":{…}}`, or with `"deleted":true` instead of values.
    fileprivate init(_ json: JSONValue, of view: ViewVersion, _ path: String) throws {
        guard case .object(let members) = json else {
            throw FeatureStoreError(.invalidField, "\(path) is \(json.kind), not an object", field: path)
        }
        let known: Set = ["entity", "event_time", "created_time", "values", "deleted"]
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            let field = "\(path).\(unknown.prefix(100))"
            throw FeatureStoreError(
                .invalidField, "\(field) is unknown; known are \(known.sorted().joined(separator: ", "))", field: field)
        }
        guard let event = members["event_time"] else {
            throw FeatureStoreError(.invalidField, "\(path).event_time is missing", field: "\(path).event_time")
        }
        let isDeleted: Bool
        switch members["deleted"] {
        case nil: isDeleted = false
        case .bool(let flag): isDeleted = flag
        default: throw FeatureStoreError(.invalidField, "\(path).deleted is true or false", field: "\(path).deleted")
        }
        self.init(
            key: try EntityKey(members["entity"] ?? .null, of: view, "\(path).entity"),
            event: try FeatureFrame.time(event, "\(path).event_time"),
            created: try members["created_time"].map { try FeatureFrame.time($0, "\(path).created_time") },
            isDeleted: isDeleted,
            cells: try Self.cells(members["values"], isDeleted: isDeleted, of: view, "\(path).values"))
    }

    private static func cells(
        _ json: JSONValue?, isDeleted: Bool, of view: ViewVersion, _ path: String
    ) throws -> PackedRow {
        if isDeleted {
            guard json == nil else {
                throw FeatureStoreError(.invalidField, "a row is deleted or has values, not both", field: path)
            }
            return PackedRow()
        }
        guard case .object(let values)? = json, !values.isEmpty else {
            throw FeatureStoreError(.invalidField, "\(path) is an object with one value at least", field: path)
        }
        var cells: [(ordinal: Int, value: Value)] = []
        for (name, value) in values {
            guard let column = view[name] else {
                throw FeatureStoreError(
                    .invalidFeature, "view \(view.name) has no feature \(name.prefix(100))",
                    field: "\(path).\(name.prefix(100))")
            }
            do throws(ValueMisfit) {
                cells.append((column.ordinal, try Value(value, as: column.type, allowNaN: view.definition.allowNaN)))
            } catch let misfit {
                throw FeatureStoreError(
                    .invalidFeature, "\(path).\(name) \(misfit.message)", field: "\(path).\(name)")
            }
        }
        return PackedRow(cells.sorted { $0.ordinal < $1.ordinal })
    }
}

extension EntityKey {
    /// An object with exactly the view's join keys.
    init(_ json: JSONValue, of view: ViewVersion, _ path: String) throws {
        guard case .object(let members) = json else {
            throw FeatureStoreError(.invalidEntity, "\(path) is an object of join keys", field: path)
        }
        if let unknown = members.keys.sorted().first(where: { name in !view.joinKeys.contains { $0.name == name } }) {
            let field = "\(path).\(unknown.prefix(100))"
            throw FeatureStoreError(.invalidEntity, "\(field) is no join key of view \(view.name)", field: field)
        }
        self.init(bytes: [])
        for key in view.joinKeys {
            guard let value = members[key.name] else {
                throw FeatureStoreError(
                    .invalidEntity, "\(path) lacks the join key \(key.name) of view \(view.name)",
                    field: "\(path).\(key.name)")
            }
            try EntityColumns.append(value, key, to: &self, "\(path).\(key.name)")
        }
    }
}
