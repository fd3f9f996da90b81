package import JSONText
import ServiceAPI

/// The entities of a request, column by column, in the order in which they came.
package struct EntityColumns: Sendable {
    package private(set) var names: [String]
    package private(set) var columns: [[JSONValue]]
    package let count: Int

    /// - Throws: `invalid_entity` where columns differ in length.
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
                keys[row].append(try Self.value(json, joinKey, "\(field).\(joinKey.name)[\(row)]"))
            }
        }
        return keys
    }

    static func value(
        _ json: JSONValue, _ joinKey: EntityDefinition.JoinKey, _ field: @autoclosure () -> String
    ) throws -> Value {
        do throws(ValueMisfit) {
            let value = try Value(json, as: joinKey.type)
            guard value != .null else { throw ValueMisfit(message: "takes \(joinKey.type), not null") }
            return value
        } catch let misfit {
            throw FeatureStoreError(.invalidEntity, "\(field()) \(misfit.message)", field: field())
        }
    }
}
