package import JSONText
import ServiceAPI

/// The entities of a request, column by column, in the order in which they came.
package struct EntityColumns: Sendable {
    package private(set) var names: [String]
    package private(set) var columns: [[JSONValue]]
    package let count: Int

    /// - Throws: `invalid_entity` where columns differ in length or are longer than ``OnlineLimits/rows``.
    package init(_ columns: [(name: String, values: [JSONValue])], field: String = "entities") throws {
        names = columns.map(\.name)
        self.columns = columns.map(\.values)
        count = columns.first?.values.count ?? 0
        for column in columns where column.values.count != count {
            throw FeatureStoreError(
                .invalidEntity,
                "\(field).\(column.name) has \(column.values.count) values, \(columns[0].name) has \(count)",
                field: "\(field).\(column.name)")
        }
        try OnlineLimits.check(rows: count, field: field)
    }

    /// Reads an object of columns.
    static func read(_ cursor: inout JSONCursor) throws(JSONError) -> [(name: String, values: [JSONValue])] {
        var columns: [(name: String, values: [JSONValue])] = []
        try cursor.readObject { (cursor, name) throws(JSONError) in
            var values: [JSONValue] = []
            try cursor.readArray { (cursor) throws(JSONError) in values.append(try cursor.readValue()) }
            columns.append((name, values))
        }
        return columns
    }

    /// The keys of a view's entities, row by row.
    /// - Throws: `invalid_entity` naming the join key that is missing or does not fit.
    func keys(of view: ViewVersion, field: String = "entities") throws -> [EntityKey] {
        var keys = [EntityKey](repeating: EntityKey(bytes: []), count: count)
        for joinKey in view.joinKeys {
            guard let index = names.firstIndex(of: joinKey.name) else {
                throw FeatureStoreError(
                    .invalidEntity, "\(field) lacks the join key \(joinKey.name) of view \(view.name)",
                    field: "\(field).\(joinKey.name)")
            }
            for (row, json) in columns[index].enumerated() {
                try Self.append(json, joinKey, to: &keys[row], "\(field).\(joinKey.name)[\(row)]")
            }
        }
        return keys
    }

    /// The values of a field that on-demand views compute with; null is a value.
    /// - Throws: `request_data_not_found`, or `invalid_entity` naming column and row.
    func values(of requested: OnDemandViewDefinition.Field, field: String = "entities") throws -> [Value] {
        guard let index = names.firstIndex(of: requested.name) else {
            throw FeatureStoreError(
                .requestDataNotFound, "\(field) lacks the request's field \(requested.name), \(requested.type)",
                field: "\(field).\(requested.name)")
        }
        return try columns[index].enumerated().map { row, json in
            do throws(ValueMisfit) { return try Value(json, as: requested.type) } catch let misfit {
                let path = "\(field).\(requested.name)[\(row)]"
                throw FeatureStoreError(.invalidEntity, "\(path) \(misfit.message)", field: path)
            }
        }
    }

    static func append(
        _ json: JSONValue, _ joinKey: EntityDefinition.JoinKey, to key: inout EntityKey,
        _ field: @autoclosure () -> String
    ) throws {
        do throws(ValueMisfit) {
            try key.append(fitting: try Value(json, as: joinKey.type), as: joinKey.type)
        } catch let misfit {
            throw FeatureStoreError(.invalidEntity, "\(field()) \(misfit.message)", field: field())
        }
    }
}
