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
