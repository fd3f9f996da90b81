import JSONText
import ServiceAPI

/// A condition on an entity's features and join keys, in Feast's form.
indirect enum FeatureFilter: Sendable {
    enum Comparison: String, Sendable {
        case eq, ne, gt, gte, lt, lte
        case oneOf = "in"
        case noneOf = "nin"
    }

    /// Where a compared value is.
    enum Operand: Sendable {
        case feature(Int)
        case joinKey(Int)
    }

    case compare(Operand, Comparison, [Value])
    case all([FeatureFilter])
    case any([FeatureFilter])

    private static let deepest = 16

    /// `{"type":"eq","key":"state","value":"CA"}`, `{"type":"and","filters":[…]}`.
    /// - Throws: `invalid_field` naming the place.
    init(_ json: JSONValue, of view: ViewVersion, _ path: String = "filters", depth: Int = 0) throws {
        guard case .object(let members) = json, case .string(let type)? = members["type"], depth < Self.deepest else {
            throw FeatureStoreError(.invalidField, "\(path) is an object with a type", field: path)
        }
        if type == "and" || type == "or" {
            guard case .array(let parts)? = members["filters"] else {
                throw FeatureStoreError(.invalidField, "\(path).filters is a list", field: "\(path).filters")
            }
            let filters = try parts.enumerated().map {
                try FeatureFilter($1, of: view, "\(path).filters[\($0)]", depth: depth + 1)
            }
            self = type == "and" ? .all(filters) : .any(filters)
            return
        }
        guard let comparison = Comparison(rawValue: type) else {
            throw FeatureStoreError(
                .invalidField, "\(path).type is eq, ne, gt, gte, lt, lte, in, nin, and or or", field: "\(path).type")
        }
        guard case .string(let key)? = members["key"] else {
            throw FeatureStoreError(.invalidField, "\(path).key is missing", field: "\(path).key")
        }
        let operand: Operand
        let valueType: FeatureType
        if let column = view[key] {
            (operand, valueType) = (.feature(column.ordinal), column.type)
        } else if let index = view.joinKeys.firstIndex(where: { $0.name == key }) {
            (operand, valueType) = (.joinKey(index), view.joinKeys[index].type)
        } else {
            throw FeatureStoreError(
                .invalidField, "view \(view.name) has no feature or join key \(key.prefix(100))", field: "\(path).key")
        }
        let given: [JSONValue]
        switch (comparison, members["value"]) {
        case (.oneOf, .array(let values)?), (.noneOf, .array(let values)?): given = values
        case (.oneOf, _), (.noneOf, _):
            throw FeatureStoreError(.invalidField, "\(path).value is a list", field: "\(path).value")
        case (_, let value): given = [value ?? .null]
        }
        let values = try given.map { json in
            do throws(ValueMisfit) { return try Value(json, as: valueType) } catch {
                throw FeatureStoreError(.invalidField, "\(path).value \(error.message)", field: "\(path).value")
            }
        }
        self = .compare(operand, comparison, values)
    }

    /// What is not there is null, and null is neither smaller nor greater than anything.
    func holds(_ cells: [Int: Value], _ joinKeys: [Value]) -> Bool {
        switch self {
        case .all(let filters): return filters.allSatisfy { $0.holds(cells, joinKeys) }
        case .any(let filters): return filters.contains { $0.holds(cells, joinKeys) }
        case .compare(let operand, let comparison, let values):
            let found: Value =
                switch operand {
                case .feature(let ordinal): cells[ordinal] ?? .null
                case .joinKey(let index): index < joinKeys.count ? joinKeys[index] : .null
                }
            switch comparison {
            case .eq, .oneOf: return values.contains(found)
            case .ne, .noneOf: return !values.contains(found)
            case .lt: return values[0].isGreater(than: found)
            case .lte: return values[0].isGreater(than: found) || values[0] == found && found != .null
            case .gt: return found.isGreater(than: values[0])
            case .gte: return found.isGreater(than: values[0]) || values[0] == found && found != .null
            }
        }
    }
}

extension Value {
    fileprivate func isGreater(than other: Value) -> Bool {
        switch (self, other) {
        case (.int(let left), .int(let right)): left > right
        case (.float(let left), .float(let right)): left > right
        case (.double(let left), .double(let right)): left > right
        case (.text(let left), .text(let right)): left > right
        default: false
        }
    }
}
