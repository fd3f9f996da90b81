package import ServiceAPI

/// The type of a feature's values.
package enum FeatureType: String, Codable, Sendable {
    case int64
    case float64
    case string
    case bool
    /// A calendar day, `YYYY-MM-DD`.
    case date
}

extension FeatureValue.Scalar {
    /// Whether the value may stand in a column of `type`; null may stand in any.
    package func conforms(to type: FeatureType) -> Bool {
        switch (self, type) {
        case (.null, _), (.int, .int64), (.string, .string), (.bool, .bool): true
        case (.double(let value), .float64): value.isFinite
        case (.string(let text), .date): text.utf8.count == 10 && Timestamp(rfc3339: text + "T00:00:00Z") != nil
        default: false
        }
    }

    /// The value as its column's type has it: JSON does not tell 5 from 5.0.
    func coerced(to type: FeatureType) -> FeatureValue.Scalar {
        if case .int(let value) = self, type == .float64 { return .double(Double(value)) }
        return self
    }
}

/// A named, typed column of a feature view.
package struct Feature: Codable, Hashable, Sendable {
    package var name: String
    package var type: FeatureType
    package var description: String

    package init(_ name: String, _ type: FeatureType, _ description: String) {
        self.name = name
        self.type = type
        self.description = description
    }
}

/// A group of features of one entity that are written together.
package struct FeatureView: Codable, Hashable, Sendable {
    package var name: String
    /// Grows with every change of the schema; rows remember the version that wrote them.
    package var version: Int
    package var entity: String
    package var joinKeys: [String]
    package var features: [Feature]

    package enum CodingKeys: String, CodingKey {
        case name, version, entity, features
        case joinKeys = "join_keys"
    }

    package init(name: String, version: Int, entity: String, joinKeys: [String], features: [Feature]) {
        self.name = name
        self.version = version
        self.entity = entity
        self.joinKeys = joinKeys
        self.features = features
    }

    /// Checks a row against the schema: every feature known, every value of its type.
    /// - Throws: `FeatureStoreError` naming the feature.
    package func validate(_ values: [String: FeatureValue.Scalar]) throws {
        for (name, value) in values {
            guard let feature = features.first(where: { $0.name == name }) else {
                throw FeatureStoreError(.invalidFeature, "view \(self.name) has no feature \(name)", field: name)
            }
            guard value.conforms(to: feature.type) else {
                throw FeatureStoreError(
                    .invalidFeature,
                    "feature \(name) of view \(self.name) takes \(feature.type.rawValue), not \(value)",
                    field: name)
            }
        }
    }
}
