/// What a feature repository declares, in YAML files or over REST.
///
/// Unknown keys are refused, so that a mistyped `ttl` does not silently mean "for ever".
package struct FeatureDefinitions: Codable, Sendable, Equatable {
    package var entities: [EntityDefinition]
    package var featureViews: [FeatureViewDefinition]
    package var featureServices: [FeatureServiceDefinition]
    package var pushSources: [PushSourceDefinition]
    package var onDemandViews: [OnDemandViewDefinition]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case entities
        case featureViews = "feature_views"
        case featureServices = "feature_services"
        case pushSources = "push_sources"
        case onDemandViews = "on_demand_views"
    }

    package init(
        entities: [EntityDefinition] = [], featureViews: [FeatureViewDefinition] = [],
        featureServices: [FeatureServiceDefinition] = [], pushSources: [PushSourceDefinition] = [],
        onDemandViews: [OnDemandViewDefinition] = []
    ) {
        self.entities = entities
        self.featureViews = featureViews
        self.featureServices = featureServices
        self.pushSources = pushSources
        self.onDemandViews = onDemandViews
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        entities = try container.decode(.entities, default: [])
        featureViews = try container.decode(.featureViews, default: [])
        featureServices = try container.decode(.featureServices, default: [])
        pushSources = try container.decode(.pushSources, default: [])
        onDemandViews = try container.decode(.onDemandViews, default: [])
    }

    /// All of both.
    package static func + (left: FeatureDefinitions, right: FeatureDefinitions) -> FeatureDefinitions {
        FeatureDefinitions(
            entities: left.entities + right.entities, featureViews: left.featureViews + right.featureViews,
            featureServices: left.featureServices + right.featureServices,
            pushSources: left.pushSources + right.pushSources,
            onDemandViews: left.onDemandViews + right.onDemandViews)
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
        description = try container.decode(.description, default: "")
        tags = try container.decode(.tags, default: [:])
        owner = try container.decode(.owner, default: "")
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
        description = try container.decode(.description, default: "")
        tags = try container.decode(.tags, default: [:])
        owner = try container.decode(.owner, default: "")
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
        description = try container.decode(.description, default: "")
        tags = try container.decode(.tags, default: [:])
    }
}
