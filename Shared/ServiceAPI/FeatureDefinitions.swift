/// What a feature repository declares, in YAML files or over REST.
///
/// Unknown keys are refused, so that a mistyped `ttl` does not silently mean "for ever".
package struct FeatureDefinitions: Codable, Sendable, Equatable {
    package var entities: [EntityDefinition]
    package var featureViews: [FeatureViewDefinition]
    package var featureServices: [FeatureServiceDefinition]
    package var pushSources: [PushSourceDefinition]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case entities
        case featureViews = "feature_views"
        case featureServices = "feature_services"
        case pushSources = "push_sources"
    }

    package init(
        entities: [EntityDefinition] = [], featureViews: [FeatureViewDefinition] = [],
        featureServices: [FeatureServiceDefinition] = [], pushSources: [PushSourceDefinition] = []
    ) {
        self.entities = entities
        self.featureViews = featureViews
        self.featureServices = featureServices
        self.pushSources = pushSources
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        entities = try container.decodeIfPresent([EntityDefinition].self, forKey: .entities) ?? []
        featureViews = try container.decodeIfPresent([FeatureViewDefinition].self, forKey: .featureViews) ?? []
        featureServices =
            try container.decodeIfPresent([FeatureServiceDefinition].self, forKey: .featureServices) ?? []
        pushSources = try container.decodeIfPresent([PushSourceDefinition].self, forKey: .pushSources) ?? []
    }

    /// All of both.
    package static func + (left: FeatureDefinitions, right: FeatureDefinitions) -> FeatureDefinitions {
        FeatureDefinitions(
            entities: left.entities + right.entities, featureViews: left.featureViews + right.featureViews,
            featureServices: left.featureServices + right.featureServices,
            pushSources: left.pushSources + right.pushSources)
    }
}

/// What features are about: a driver, a customer, a document.
package struct EntityDefinition: Codable, Sendable, Equatable {
    package struct JoinKey: Codable, Hashable, Sendable {
        package var name: String
        /// `int64`, `int32` or `string`.
        package var type: FeatureType

        package enum CodingKeys: String, CodingKey, CaseIterable { case name, type }

        package init(name: String, type: FeatureType) {
            self.name = name
            self.type = type
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.strictContainer(CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            type = try container.decode(FeatureType.self, forKey: .type)
        }
    }

    package var name: String
    /// One, or several that only together name an entity.
    package var joinKeys: [JoinKey]
    package var description: String
    package var tags: [String: String]
    package var owner: String

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, description, tags, owner
        case joinKeys = "join_keys"
    }

    package init(
        name: String, joinKeys: [JoinKey], description: String = "", tags: [String: String] = [:], owner: String = ""
    ) {
        self.name = name
        self.joinKeys = joinKeys
        self.description = description
        self.tags = tags
        self.owner = owner
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        joinKeys = try container.decode([JoinKey].self, forKey: .joinKeys)
        description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
        tags = try container.decodeIfPresent([String: String].self, forKey: .tags) ?? [:]
        owner = try container.decodeIfPresent(String.self, forKey: .owner) ?? ""
    }
}

/// A named list of features that a model reads.
package struct FeatureServiceDefinition: Codable, Sendable, Equatable {
    package var name: String
    /// `view:feature`, `view@v2:feature`, or `view` for all of its features.
    package var features: [String]
    package var description: String
    package var tags: [String: String]
    package var owner: String

    package enum CodingKeys: String, CodingKey, CaseIterable { case name, features, description, tags, owner }

    package init(
        name: String, features: [String], description: String = "", tags: [String: String] = [:], owner: String = ""
    ) {
        self.name = name
        self.features = features
        self.description = description
        self.tags = tags
        self.owner = owner
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        features = try container.decode([String].self, forKey: .features)
        description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
        tags = try container.decodeIfPresent([String: String].self, forKey: .tags) ?? [:]
        owner = try container.decodeIfPresent(String.self, forKey: .owner) ?? ""
    }
}

/// A name under which rows are pushed to one or several views.
package struct PushSourceDefinition: Codable, Sendable, Equatable {
    package var name: String
    package var featureViews: [String]
    package var description: String
    package var tags: [String: String]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, description, tags
        case featureViews = "feature_views"
    }

    package init(name: String, featureViews: [String], description: String = "", tags: [String: String] = [:]) {
        self.name = name
        self.featureViews = featureViews
        self.description = description
        self.tags = tags
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        featureViews = try container.decode([String].self, forKey: .featureViews)
        description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
        tags = try container.decodeIfPresent([String: String].self, forKey: .tags) ?? [:]
    }
}
