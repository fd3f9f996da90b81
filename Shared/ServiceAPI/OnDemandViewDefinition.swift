/// Features that are computed when they are asked for, from data of the request and features of views.
package struct OnDemandViewDefinition: Codable, Sendable, Equatable {
    /// What the caller sends with each row.
    package struct Field: Codable, Hashable, Sendable {
        package var name: String
        package var type: FeatureType

        package enum CodingKeys: String, CodingKey, CaseIterable { case name, type }

        package init(_ name: String, _ type: FeatureType) {
            self.name = name
            self.type = type
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            type = try container.decode(FeatureType.self, forKey: .type)
        }
    }

    package struct Feature: Codable, Hashable, Sendable {
        package var name: String
        /// `bool`, `int64`, `float64`, `string`, `timestamp` or `date`.
        package var type: FeatureType
        /// In the expression language, such as `stats:trips / nullif(distance, 0.0)`.
        package var expression: String
        package var description: String
        package var tags: [String: String]

        package enum CodingKeys: String, CodingKey, CaseIterable { case name, type, expression, description, tags }

        package init(
            _ name: String, _ type: FeatureType, _ expression: String, description: String = "",
            tags: [String: String] = [:]
        ) {
            self.name = name
            self.type = type
            self.expression = expression
            self.description = description
            self.tags = tags
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            type = try container.decode(FeatureType.self, forKey: .type)
            expression = try container.decode(String.self, forKey: .expression)
            description = try container.decode(.description, default: "")
            tags = try container.decode(.tags, default: [:])
        }
    }

    package var name: String
    package var request: [Field]
    package var features: [Feature]
    package var description: String
    package var tags: [String: String]
    package var owner: String

    package enum CodingKeys: String, CodingKey, CaseIterable { case name, request, features, description, tags, owner }

    package init(
        name: String, request: [Field] = [], features: [Feature], description: String = "",
        tags: [String: String] = [:], owner: String = ""
    ) {
        self.name = name
        self.request = request
        self.features = features
        self.description = description
        self.tags = tags
        self.owner = owner
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        request = try container.decode(.request, default: [])
        features = try container.decode([Feature].self, forKey: .features)
        description = try container.decode(.description, default: "")
        tags = try container.decode(.tags, default: [:])
        owner = try container.decode(.owner, default: "")
    }
}
