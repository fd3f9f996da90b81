/// One difference between what is declared and what the registry holds.
package struct DefinitionChange: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case entity
        case featureView = "feature_view"
        case featureService = "feature_service"
        case pushSource = "push_source"
        case onDemandView = "on_demand_view"
    }

    package enum Action: String, Codable, Sendable {
        case create
        case update
        /// A view's next version, because a type or the join keys changed; rows of the old one stay readable.
        case newVersion = "new_version"
        case remove
    }

    package var kind: Kind
    package var name: String
    package var action: Action
    /// The view's version after the change.
    package var version: Int?
    /// Whether something that could be read before can no longer be.
    package var destructive: Bool
    /// What differs, one line each.
    package var details: [String]

    package init(
        kind: Kind, name: String, action: Action, version: Int? = nil, destructive: Bool = false, details: [String] = []
    ) {
        self.kind = kind
        self.name = name
        self.action = action
        self.version = version
        self.destructive = destructive
        self.details = details
    }
}

/// Body of `POST /v1/features/plan` and `/v1/features/apply`.
package struct ApplyRequest: Codable, Sendable, Equatable {
    package var definitions: FeatureDefinitions
    /// Whether what is not declared is removed.
    package var prune: Bool
    /// Whether destructive changes are carried out.
    package var allowDestructive: Bool
    /// Refused with 409 unless the registry is still at this generation.
    package var expectedGeneration: Int64?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case definitions, prune
        case allowDestructive = "allow_destructive"
        case expectedGeneration = "expected_generation"
    }

    package init(
        definitions: FeatureDefinitions, prune: Bool = false, allowDestructive: Bool = false,
        expectedGeneration: Int64? = nil
    ) {
        self.definitions = definitions
        self.prune = prune
        self.allowDestructive = allowDestructive
        self.expectedGeneration = expectedGeneration
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(CodingKeys.self)
        definitions = try container.decode(FeatureDefinitions.self, forKey: .definitions)
        prune = try container.decode(.prune, default: false)
        allowDestructive = try container.decode(.allowDestructive, default: false)
        expectedGeneration = try container.decodeIfPresent(Int64.self, forKey: .expectedGeneration)
    }
}

/// Answer of `POST /v1/features/plan` and `/v1/features/apply`.
package struct ApplyAnswer: Codable, Sendable, Equatable {
    /// Of the registry that the changes were planned against, or that they made.
    package var generation: Int64
    package var changes: [DefinitionChange]

    package init(generation: Int64, changes: [DefinitionChange]) {
        self.generation = generation
        self.changes = changes
    }
}

/// A view as the registry holds it.
package struct RegisteredView: Codable, Sendable, Equatable {
    package var version: Int
    package var joinKeys: [EntityDefinition.JoinKey]
    package var definition: FeatureViewDefinition

    package enum CodingKeys: String, CodingKey {
        case version, definition
        case joinKeys = "join_keys"
    }

    package init(version: Int, joinKeys: [EntityDefinition.JoinKey], definition: FeatureViewDefinition) {
        self.version = version
        self.joinKeys = joinKeys
        self.definition = definition
    }
}

/// An on-demand view as the registry holds it.
package struct RegisteredOnDemandView: Codable, Sendable, Equatable {
    package var version: Int
    package var definition: OnDemandViewDefinition

    package init(version: Int, definition: OnDemandViewDefinition) {
        self.version = version
        self.definition = definition
    }
}

/// Answer of `GET /v1/features/registry`.
package struct RegistryAnswer: Codable, Sendable, Equatable {
    /// Grows with every change.
    package var generation: Int64
    package var entities: [EntityDefinition]
    /// All versions of all views.
    package var featureViews: [RegisteredView]
    package var featureServices: [FeatureServiceDefinition]
    package var pushSources: [PushSourceDefinition]
    /// All versions of all on-demand views.
    package var onDemandViews: [RegisteredOnDemandView]

    package enum CodingKeys: String, CodingKey {
        case generation, entities
        case featureViews = "feature_views"
        case featureServices = "feature_services"
        case pushSources = "push_sources"
        case onDemandViews = "on_demand_views"
    }

    package init(
        generation: Int64, entities: [EntityDefinition], featureViews: [RegisteredView],
        featureServices: [FeatureServiceDefinition], pushSources: [PushSourceDefinition],
        onDemandViews: [RegisteredOnDemandView]
    ) {
        self.generation = generation
        self.entities = entities
        self.featureViews = featureViews
        self.featureServices = featureServices
        self.pushSources = pushSources
        self.onDemandViews = onDemandViews
    }
}
