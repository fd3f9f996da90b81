import Synchronization

/// What was resolved lately, because an application asks for the same features again and again: parsing and looking up fifty
/// names takes longer than reading their values.
final class SelectionCache: Sendable {
    struct Key: Hashable {
        var features: [String]
        var services: [String]
        var fullNames: Bool
    }

    private struct State {
        var generation: Int64 = -1
        var selections: [Key: FeatureSelection] = [:]
    }

    /// Applications that ask for more than this many lists, and lists longer than this, are resolved each time.
    private static let most = 256
    private static let longest = 1000

    private let state = Mutex(State())

    func selection(_ key: Key, of registry: RegistrySnapshot) throws -> FeatureSelection {
        let known = state.withLock { $0.generation == registry.generation ? $0.selections[key] : nil }
        if let known { return known }
        let selection = try FeatureSelection(
            features: key.features, services: key.services, fullNames: key.fullNames, registry: registry)
        guard key.features.count + key.services.count <= Self.longest else { return selection }
        state.withLock { state in
            guard state.generation <= registry.generation else { return }
            if state.generation < registry.generation || state.selections.count >= Self.most {
                state = State(generation: registry.generation)
            }
            state.selections[key] = selection
        }
        return selection
    }
}
