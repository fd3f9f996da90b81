import FeatureStore
import ServiceAPI
import Testing

/// What a declaration changes, by itself.
@Suite struct RegistryPlanTests {
    private let base = StorageUnderTest.definitions

    private func plan(
        _ definitions: FeatureDefinitions, on snapshot: RegistrySnapshot = .empty, prune: Bool = false
    ) throws -> RegistryPlan {
        try RegistryPlan(definitions, prune: prune, against: snapshot)
    }

    private func code(_ definitions: FeatureDefinitions) -> String? {
        do {
            _ = try plan(definitions)
            return nil
        } catch {
            return (error as? FeatureStoreError)?.field
        }
    }

    @Test func sameDeclarationAgainChangesNothing() throws {
        let first = try plan(base)
        #expect(first.changes.map(\.action) == [.create, .create] && first.result.generation == 1)
        let again = try plan(base, on: first.result)
        #expect(again.changes.isEmpty && again.result == first.result)
    }

    @Test func additionIsMadeInPlaceAndKeepsOrdinals() throws {
        let first = try plan(base).result
        var changed = base
        changed.featureViews[0].features.insert(.init("fare", .float64), at: 0)
        changed.featureViews[0].ttl = Lifetime("2h")
        let next = try plan(changed, on: first)
        #expect(next.changes.map(\.action) == [.update] && !next.isDestructive)
        #expect(next.changes[0].details == ["+ fare float64", "ttl: none → 7200s"])
        let view = try next.result.view("stats")
        #expect(view.version == 1 && view.id == 1)
        #expect(view["trips"]?.ordinal == 0 && view["fare"]?.ordinal == 3)
        #expect(view.presentColumns.map(\.name) == ["fare", "trips", "rate", "note"])
    }

    @Test func anotherTypeIsAnotherVersion() throws {
        let first = try plan(base).result
        var changed = base
        changed.featureViews[0].features[0].type = .string
        let next = try plan(changed, on: first)
        #expect(next.changes.map(\.action) == [.newVersion] && next.changes[0].details == ["trips: int64 → string"])
        #expect(next.result.views["stats"]?.map(\.version) == [1, 2])
        #expect(try next.result.view("stats", version: 1)["trips"]?.type == .int64)
        #expect(try next.result.view("stats")["trips"]?.type == .string)
    }

    @Test func anotherJoinKeyIsAnotherVersionOfItsViews() throws {
        let first = try plan(base).result
        let entity = EntityDefinition(name: "driver", joinKeys: [.init(name: "driver_id", type: .string)])
        let next = try plan(FeatureDefinitions(entities: [entity]), on: first)
        #expect(next.changes.map(\.action) == [.update, .newVersion])
        #expect(try next.result.view("stats").joinKeys == entity.joinKeys)
    }

    /// A feature that is taken away and comes back does not find its old values.
    @Test func removedFeatureIsDestructiveAndComesBackAsAnotherColumn() throws {
        let first = try plan(base).result
        var changed = base
        changed.featureViews[0].features.remove(at: 1)
        let second = try plan(changed, on: first)
        #expect(second.isDestructive && second.changes[0].details == ["- rate float64"])
        #expect(try second.result.view("stats")["rate"] == nil)
        let third = try plan(base, on: second.result)
        #expect(!third.isDestructive)
        #expect(try third.result.view("stats")["rate"]?.ordinal == 3)
    }

    /// With a new version, too, `stats:rate` is gone.
    @Test func newVersionWithoutAFeatureIsDestructive() throws {
        let first = try plan(base).result
        var changed = base
        changed.featureViews[0].features[0].type = .string
        changed.featureViews[0].features.remove(at: 1)
        let next = try plan(changed, on: first)
        #expect(next.changes.map(\.action) == [.newVersion] && next.isDestructive)
        #expect(next.changes[0].details == ["trips: int64 → string", "- rate float64"])
        #expect(next.base == 1 && next.result.generation == 2)
        #expect(try next.result.view("stats", version: 1)["rate"]?.type == .float64)
    }

    @Test func whatIsNotDeclaredStaysUnlessPruned() throws {
        let first = try plan(base).result
        #expect(try plan(FeatureDefinitions(), on: first).changes.isEmpty)
        let pruned = try plan(FeatureDefinitions(), on: first, prune: true)
        #expect(pruned.changes.map(\.action) == [.remove, .remove] && pruned.isDestructive)
        #expect(pruned.result.views.isEmpty && pruned.result.entities.isEmpty)
        // Its number is not given again.
        #expect(try plan(base, on: pruned.result).result.view("stats").version == 2)
    }

    @Test func referencesAreChecked() throws {
        var definitions = base
        definitions.featureServices = [FeatureServiceDefinition(name: "all", features: ["stats:none"])]
        #expect(code(definitions) == "feature_services.all")
        definitions.featureServices = [FeatureServiceDefinition(name: "all", features: ["stats@v2"])]
        #expect(code(definitions) == "feature_services.all")
        definitions.featureServices = [FeatureServiceDefinition(name: "all", features: ["stats@v1:trips", "stats"])]
        #expect(code(definitions) == nil)
        let first = try plan(definitions).result
        var changed = base
        changed.featureViews[0].features.removeFirst()
        #expect(throws: FeatureStoreError.self) { try plan(changed, on: first) }
        definitions.pushSources = [PushSourceDefinition(name: "p", featureViews: ["none"])]
        #expect(code(definitions) == "push_sources.p")
    }

    @Test func badDefinitionsNameTheirField() {
        func changed(_ change: (inout FeatureDefinitions) -> Void) -> String? {
            var definitions = base
            change(&definitions)
            return code(definitions)
        }
        #expect(changed { $0.entities[0].name = "a b" } == "entities[0].name")
        #expect(changed { $0.entities[0].name = "1st" } == "entities[0].name")
        #expect(changed { $0.entities[0].joinKeys = [] } == "entities[0].join_keys")
        #expect(changed { $0.entities[0].joinKeys[0].type = .float64 } == "entities[0].join_keys[0].type")
        #expect(changed { $0.featureViews[0].name = "" } == "feature_views[0].name")
        #expect(changed { $0.featureViews[0].name = "x:y" } == "feature_views[0].name")
        #expect(changed { $0.featureViews[0].entities = ["none"] } == "feature_views[0].entities[0]")
        #expect(changed { $0.featureViews[0].features = [] } == "feature_views[0].features")
        #expect(changed { $0.featureViews[0].features[1].name = "trips" } == "feature_views[0].features")
        #expect(changed { $0.featureViews[0].features[1].name = "driver_id" } == "feature_views[0].features")
        #expect(changed { $0.featureViews[0].features[1].name = "created" } == "feature_views[0].features[1].name")
        #expect(
            changed { $0.featureViews[0].source = .init(format: .csv, path: "../x") } == "feature_views[0].source.path")
        #expect(
            changed { $0.featureViews[0].source = .init(format: .csv, path: "/etc/x") }
                == "feature_views[0].source.path")
        #expect(changed { $0.featureViews.append($0.featureViews[0]) } == "feature_views")
        #expect(
            changed { $0.entities.append(.init(name: "document", joinKeys: $0.entities[0].joinKeys)) } == "document")
    }

    /// Of applies at once each one plans against what the others made.
    @Test func concurrentAppliesLoseNothing() async throws {
        let store = try await StorageUnderTest()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let view = FeatureViewDefinition(
                        name: "v\(number)", entities: ["driver"], features: [.init("f", .int64)])
                    _ = try await store.registry.apply(
                        ApplyRequest(definitions: FeatureDefinitions(featureViews: [view])),
                        at: Timestamp(microseconds: 0))
                }
            }
            try await group.waitForAll()
        }
        // Twenty, the one of the test, and the document view.
        #expect(store.registry.snapshot.views.count == 22)
        #expect(Set(store.registry.snapshot.views.values.flatMap { $0.map(\.id) }).count == 22)
        #expect(store.registry.snapshot.generation == 22)
        #expect(try await store.storage.registry() == store.registry.snapshot)
        await #expect(throws: FeatureStoreError.self) {
            _ = try await store.registry.apply(
                ApplyRequest(definitions: FeatureDefinitions(), expectedGeneration: 21), at: Timestamp(microseconds: 0))
        }
    }
}
