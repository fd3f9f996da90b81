package import ServiceAPI

/// What it takes to bring the registry to what is declared, computed without touching anything.
package struct RegistryPlan: Sendable {
    /// A row of the registry to be written.
    package enum Operation: Sendable {
        case entity(EntityDefinition)
        case view(ViewVersion)
        case service(FeatureServiceDefinition)
        case pushSource(PushSourceDefinition)
        case onDemandView(String, OnDemandView)
        case remove(DefinitionChange.Kind, String)
    }

    /// The generation that it was made against.
    package let base: Int64
    package private(set) var changes: [DefinitionChange] = []
    package private(set) var operations: [Operation] = []
    /// The registry afterwards.
    package internal(set) var result: RegistrySnapshot

    /// Views that the service itself declares.
    static let reserved: Set<String> = ["document"]

    /// - Parameter isSystem: whether the service itself asks, which alone may declare reserved names.
    /// - Throws: `invalid_definition` naming the field.
    package init(
        _ definitions: FeatureDefinitions, prune: Bool = false, isSystem: Bool = false,
        against snapshot: RegistrySnapshot
    ) throws {
        try DefinitionRules.check(definitions)
        base = snapshot.generation
        result = snapshot
        if !isSystem {
            for name in definitions.entities.map(\.name) + definitions.featureViews.map(\.name)
                + definitions.onDemandViews.map(\.name)
            where Self.reserved.contains(name) {
                throw FeatureStoreError(.invalidDefinition, "\(name) is declared by the service itself", field: name)
            }
        }
        for entity in definitions.entities { plan(entity) }
        for (index, view) in definitions.featureViews.enumerated() {
            try plan(view, "feature_views[\(index)]")
        }
        try followEntities(except: Set(definitions.featureViews.map(\.name)))
        for view in definitions.onDemandViews { plan(view, before: snapshot) }
        for service in definitions.featureServices { plan(service) }
        for source in definitions.pushSources { plan(source) }
        if prune { self.prune(definitions) }
        try checkReferences()
        try checkOnDemandViews(definitions.onDemandViews.map(\.name))
        if !operations.isEmpty { result.generation += 1 }
    }

    package var isDestructive: Bool { changes.contains(where: \.destructive) }

    // MARK: - Entities, services, push sources

    private mutating func plan(_ entity: EntityDefinition) {
        guard let known = result.entities[entity.name] else {
            return put(.entity, entity.name, .create, .entity(entity)) { $0.entities[entity.name] = entity }
        }
        guard known != entity else { return }
        var details: [String] = []
        if known.joinKeys != entity.joinKeys {
            details.append(ViewDifference.joinKeys(known.joinKeys, entity.joinKeys))
        }
        details += Self.metadata(
            known.description, entity.description, known.tags, entity.tags, known.owner, entity.owner)
        put(.entity, entity.name, .update, .entity(entity), details: details) { $0.entities[entity.name] = entity }
    }

    private mutating func plan(_ service: FeatureServiceDefinition) {
        let known = result.services[service.name]
        guard known != service else { return }
        let lost = known.map { Set($0.features).subtracting(service.features).sorted() } ?? []
        let gained = known.map { Set(service.features).subtracting($0.features).sorted() } ?? []
        put(
            .featureService, service.name, known == nil ? .create : .update, .service(service),
            destructive: !lost.isEmpty,
            details: lost.map { "- \($0)" } + gained.map { "+ \($0)" }
        ) { $0.services[service.name] = service }
    }

    private mutating func plan(_ source: PushSourceDefinition) {
        let known = result.pushSources[source.name]
        guard known != source else { return }
        let lost = known.map { Set($0.featureViews).subtracting(source.featureViews).sorted() } ?? []
        put(
            .pushSource, source.name, known == nil ? .create : .update, .pushSource(source),
            destructive: !lost.isEmpty, details: lost.map { "- \($0)" }
        ) { $0.pushSources[source.name] = source }
    }

    // MARK: - Views

    private mutating func plan(_ view: FeatureViewDefinition, _ path: String) throws {
        let joinKeys = try joinKeys(of: view, path)
        for feature in view.features where joinKeys.contains(where: { $0.name == feature.name }) {
            throw DefinitionRules.refused("\(feature.name) is a join key and a feature", path + ".features")
        }
        guard let known = result.views[view.name]?.last else {
            return add(view, joinKeys, .create, after: result.retired[view.name] ?? 0, details: [])
        }
        let breaking = ViewDifference.breaking(known, view, joinKeys)
        let (columns, removed, added) = ViewDifference.columns(known, view)
        let details =
            breaking + removed.map { "- \($0.name) \($0.type)" } + added.map { "+ \($0.name) \($0.type)" }
            + ViewDifference.settings(known.definition, view)
        guard breaking.isEmpty else {
            return add(
                view, joinKeys, .newVersion, after: known.version, destructive: !removed.isEmpty, details: details)
        }
        guard known.definition != view else { return }
        let next = ViewVersion(
            id: known.id, version: known.version, definition: view, joinKeys: joinKeys, columns: columns)
        put(
            .featureView, view.name, .update, .view(next), version: next.version, destructive: !removed.isEmpty,
            details: details
        ) {
            $0.views[view.name]?.removeLast()
            $0.views[view.name]?.append(next)
        }
    }

    private mutating func add(
        _ view: FeatureViewDefinition, _ joinKeys: [EntityDefinition.JoinKey], _ action: DefinitionChange.Action,
        after version: Int, destructive: Bool = false, details: [String]
    ) {
        let next = ViewVersion(id: result.lastID + 1, version: version + 1, definition: view, joinKeys: joinKeys)
        put(
            .featureView, view.name, action, .view(next), version: next.version, destructive: destructive,
            details: details
        ) {
            $0.lastID += 1
            $0.views[view.name, default: []].append(next)
        }
    }

    private func joinKeys(
        of view: FeatureViewDefinition, _ path: String
    ) throws -> [EntityDefinition.JoinKey] {
        var keys: [EntityDefinition.JoinKey] = []
        for (index, name) in view.entities.enumerated() {
            guard let entity = result.entities[name] else {
                throw DefinitionRules.refused("there is no entity \(name.prefix(100))", "\(path).entities[\(index)]")
            }
            keys += entity.joinKeys
        }
        guard Set(keys.map(\.name)).count == keys.count, keys.count <= DefinitionRules.maxJoinKeys else {
            throw DefinitionRules.refused(
                "its entities share a join key, or have more than \(DefinitionRules.maxJoinKeys)", path + ".entities")
        }
        return keys.sorted { $0.name < $1.name }
    }

    /// Views that were not declared anew become new versions where their entities' join keys changed.
    private mutating func followEntities(except declared: Set<String>) throws {
        for (name, versions) in result.views.sorted(by: { $0.key < $1.key }) where !declared.contains(name) {
            guard let view = versions.last else { continue }
            try plan(view.definition, name)
        }
    }

    // MARK: - What is left

    private mutating func prune(_ declared: FeatureDefinitions) {
        let kept = Self.reserved
        func gone(_ names: some Sequence<String>, _ declared: [String]) -> [String] {
            Set(names).subtracting(declared).subtracting(kept).sorted()
        }
        for name in gone(result.services.keys, declared.featureServices.map(\.name)) {
            put(.featureService, name, .remove, .remove(.featureService, name), destructive: true) {
                $0.services[name] = nil
            }
        }
        for name in gone(result.pushSources.keys, declared.pushSources.map(\.name)) {
            put(.pushSource, name, .remove, .remove(.pushSource, name), destructive: true) {
                $0.pushSources[name] = nil
            }
        }
        for name in gone(
            result.onDemandViews.filter { !$0.value.versions.isEmpty }.keys, declared.onDemandViews.map(\.name))
        {
            let removed = OnDemandView(last: result.onDemandViews[name]?.last ?? 0)
            put(.onDemandView, name, .remove, .onDemandView(name, removed), destructive: true) {
                $0.onDemandViews[name] = removed
            }
        }
        for name in gone(result.views.keys, declared.featureViews.map(\.name)) {
            put(.featureView, name, .remove, .remove(.featureView, name), destructive: true) {
                $0.retired[name] = $0.views[name]?.last?.version
                $0.removedViews += $0.views[name] ?? []
                $0.views[name] = nil
            }
        }
        for name in gone(result.entities.keys, declared.entities.map(\.name)) {
            put(.entity, name, .remove, .remove(.entity, name), destructive: true) { $0.entities[name] = nil }
        }
    }

    private func checkReferences() throws {
        for service in result.services.values.sorted(by: { $0.name < $1.name }) {
            for text in service.features {
                guard let reference = FeatureReference(text) else { continue }
                let field = "feature_services.\(service.name)"
                if let view = try? result.onDemandView(reference.view, version: reference.version) {
                    let isThere = view.definition.features.contains { $0.name == reference.feature ?? $0.name }
                    guard !isThere else { continue }
                }
                guard let view = try? result.view(reference.view, version: reference.version) else {
                    throw DefinitionRules.refused("there is no view for \(text.prefix(200))", field)
                }
                if let feature = reference.feature, view[feature] == nil {
                    throw DefinitionRules.refused("view \(view.name) has no feature \(feature.prefix(100))", field)
                }
            }
        }
        for source in result.pushSources.values {
            for name in source.featureViews where result.views[name] == nil {
                throw DefinitionRules.refused("there is no view \(name.prefix(100))", "push_sources.\(source.name)")
            }
        }
        for versions in result.views.values {
            for name in versions.last?.definition.entities ?? [] where result.entities[name] == nil {
                throw DefinitionRules.refused(
                    "there is no entity \(name.prefix(100))", "feature_views.\(versions.last?.name ?? "")")
            }
        }
    }

    mutating func put(
        _ kind: DefinitionChange.Kind, _ name: String, _ action: DefinitionChange.Action, _ operation: Operation,
        version: Int? = nil, destructive: Bool = false, details: [String] = [],
        _ change: (inout RegistrySnapshot) -> Void
    ) {
        change(&result)
        operations.append(operation)
        changes.append(
            DefinitionChange(
                kind: kind, name: name, action: action, version: version, destructive: destructive, details: details))
    }

    static func metadata(
        _ description: String, _ newDescription: String, _ tags: [String: String], _ newTags: [String: String],
        _ owner: String, _ newOwner: String
    ) -> [String] {
        (description == newDescription ? [] : ["description"]) + (tags == newTags ? [] : ["tags"])
            + (owner == newOwner ? [] : ["owner: \(owner) → \(newOwner)"])
    }
}
