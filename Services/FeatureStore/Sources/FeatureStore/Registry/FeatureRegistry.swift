package import ServiceAPI
import Synchronization

/// The registry of this process: one immutable snapshot that requests read, and the store it comes from.
package final class FeatureRegistry: Sendable {
    private let storage: any FeatureStorage
    private let current: Mutex<RegistrySnapshot>
    private let selections = SelectionCache()

    package init(storage: any FeatureStorage) async throws {
        self.storage = storage
        current = Mutex(try await storage.registry())
    }

    package var snapshot: RegistrySnapshot { current.withLock { $0 } }

    /// What a request asks for, resolved against the snapshot.
    func selection(features: [String], services: [String], fullNames: Bool) throws -> FeatureSelection {
        try selections.selection(
            SelectionCache.Key(features: features, services: services, fullNames: fullNames), of: snapshot)
    }

    /// Takes over what other replicas applied.
    func refresh() async throws {
        guard try await storage.registryGeneration() > snapshot.generation else { return }
        let stored = try await storage.registry()
        current.withLock { if $0.generation < stored.generation { $0 = stored } }
    }

    /// What would change; nothing is written.
    package func plan(_ request: ApplyRequest, isSystem: Bool = false) throws -> RegistryPlan {
        try RegistryPlan(
            request.definitions, prune: request.prune, isSystem: isSystem, against: snapshot)
    }

    /// Brings the registry to what is declared.
    ///
    /// The plan is made anew inside the transaction that writes it, so that of two callers at once the second one plans
    /// against what the first one made.
    package func apply(_ request: ApplyRequest, isSystem: Bool = false, at now: Timestamp) async throws -> RegistryPlan
    {
        let plan: RegistryPlan
        do {
            plan = try await storage.changeRegistry(at: now) { try Self.plan(request, isSystem: isSystem, against: $0) }
        } catch let error as FeatureStoreError where error.code == .generationMismatch {
            // Another replica's change, which whoever plans again shall see.
            try await refresh()
            throw error
        }
        current.withLock { if $0.generation < plan.result.generation { $0 = plan.result } }
        return plan
    }

    private static func plan(
        _ request: ApplyRequest, isSystem: Bool, against snapshot: RegistrySnapshot
    ) throws -> RegistryPlan {
        if let expected = request.expectedGeneration, expected != snapshot.generation {
            throw FeatureStoreError(
                .generationMismatch,
                "the registry is at generation \(snapshot.generation), not \(expected); plan again",
                field: "expected_generation")
        }
        let plan = try RegistryPlan(request.definitions, prune: request.prune, isSystem: isSystem, against: snapshot)
        guard !plan.isDestructive || request.allowDestructive else {
            let what = plan.changes.filter(\.destructive).map { "\($0.kind.rawValue) \($0.name)" }
            throw FeatureStoreError(
                .destructiveChange,
                "destructive changes are not allowed: \(what.joined(separator: ", ")); set allow_destructive",
                field: "allow_destructive")
        }
        return plan
    }
}
