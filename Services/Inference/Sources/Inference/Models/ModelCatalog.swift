import Synchronization

/// Every model with its versions and their states: what requests look models up in.
///
/// Changes come from `ModelLoader`, one model at a time; each is one step for those who look.
final class ModelCatalog: Sendable {
    enum VersionState: Sendable {
        case loading
        case ready(ServedModel)
        /// Requests that have it end; new ones are refused.
        case unloading
        case unavailable(reason: String)
        /// Somebody wanted it so.
        case unloaded
    }

    struct Entry: Sendable {
        var name: String
        /// Nil when the model has no version, only a fault.
        var version: Int?
        var state: VersionState
        /// What went wrong last, although the version serves.
        var fault: String?
    }

    fileprivate struct Model {
        var versions: [Int: VersionState] = [:]
        /// Why the folder or the last change of it cannot be served.
        var fault: String?
        var traffic = ModelTraffic(TrafficPolicy())
        /// Somebody wanted it so, whatever was wrong with it.
        var isUnloaded = false

        /// What is said of it where it has no version.
        var state: VersionState {
            isUnloaded ? .unloaded : .unavailable(reason: fault ?? "it has no version")
        }
    }

    fileprivate struct State {
        var models: [String: Model] = [:]
        var isLoaded = false
    }

    private let state = Mutex(State())

    // MARK: Changing

    /// The first round of loading is over: from now on "ready" has a meaning.
    func finishLoading() {
        state.withLock { $0.isLoaded = true }
    }

    /// Shows versions that have no state yet as loading.
    func announce(_ name: String, loading versions: [Int]) {
        state.withLock { state in
            var model = state.models[name] ?? Model()
            for version in versions {
                if case .ready? = model.versions[version] { continue }
                model.versions[version] = .loading
            }
            state.models[name] = model
        }
    }

    /// Puts a new set of versions in place of the old one, in one step.
    ///
    /// - Parameter traffic: Nil leaves it as it is.
    /// - Returns: The versions that are no longer served. Nobody can get hold of them any more; they are to be drained.
    func replace(
        _ name: String, with versions: [Int: VersionState], fault: String? = nil, traffic: ModelTraffic? = nil
    ) -> [ServedModel] {
        state.withLock { state in
            let old = state.models[name]
            var model = Model(versions: versions, fault: fault)
            if let traffic = traffic ?? old?.traffic { model.traffic = traffic }
            state.models[name] = model
            let kept = Set(versions.values.compactMap { $0.served.map(ObjectIdentifier.init) })
            return (old?.versions.values.compactMap(\.served) ?? []).filter { !kept.contains(ObjectIdentifier($0)) }
        }
    }

    /// Says of every version that somebody has taken the model out of service, also of one that never served.
    func finishUnloading(_ name: String) {
        state.withLock { state in
            guard let model = state.models[name] else { return }
            state.models[name] = Model(versions: model.versions.mapValues { _ in .unloaded }, isUnloaded: true)
        }
    }

    /// A change of the model failed before any version was touched; what serves goes on.
    func fail(_ name: String, _ reason: String) {
        state.withLock { state in
            var model = state.models[name] ?? Model()
            model.fault = reason
            model.isUnloaded = false
            model.versions = model.versions.filter { $0.value.served != nil }
            state.models[name] = model
        }
    }

    /// Forgets a model that serves no version.
    func remove(_ name: String) {
        state.withLock { _ = $0.models.removeValue(forKey: name) }
    }

    /// Takes everything out, for the end.
    func removeAll() -> [ServedModel] {
        state.withLock { state in
            defer { state.models = [:] }
            return state.models.values.flatMap { $0.versions.values.compactMap(\.served) }
        }
    }

    // MARK: Looking up

    /// Throws while models are loading and, when strict, as long as one is unavailable.
    func checkReadiness(strict: Bool) throws(InferenceError) {
        guard state.withLock({ $0.isLoaded }) else {
            throw InferenceError(.invalidRequest, "models are loading")
        }
        guard strict else { return }
        for entry in entries {
            switch entry.state {
            case .ready, .unloaded, .unloading: continue
            case .loading: throw InferenceError(.invalidRequest, "model '\(entry.name)' is loading")
            case .unavailable(let reason):
                throw InferenceError(.invalidRequest, "model '\(entry.name)' is unavailable: \(reason)")
            }
        }
    }

    /// Every version with its state, by name and version.
    var entries: [Entry] {
        state.withLock { $0.models }.sorted { $0.key < $1.key }.flatMap { name, model -> [Entry] in
            guard !model.versions.isEmpty else { return [Entry(name: name, state: model.state)] }
            return model.versions.sorted { $0.key < $1.key }.map {
                Entry(name: name, version: $0.key, state: $0.value, fault: model.fault)
            }
        }
    }

    /// The versions of a model that are served, ascending.
    func served(_ name: String) -> [ServedModel] {
        state.withLock { $0.models[name]?.versions.values.compactMap(\.served) ?? [] }
            .sorted { $0.version < $1.version }
    }

    /// Every version that is served, by name and version.
    var allServed: [ServedModel] {
        entries.compactMap(\.state.served)
    }

    /// How requests to a model are led and limited; nil when it is unknown.
    func traffic(_ name: String) -> ModelTraffic? {
        state.withLock { $0.models[name]?.traffic }
    }

    /// A version of a model.
    ///
    /// - Throws: `notFound` when there is no such model, version or label, `modelUnavailable` when it does not serve.
    func find(_ name: String, _ choice: VersionChoice) throws(InferenceError) -> ServedModel {
        try state.withLock { (state) throws(InferenceError) in try state.find(name, choice) }
    }

    /// Lends a version if requests for it need nothing but its answer; `body` as in `withModel`.
    ///
    /// - Returns: nil also where `body` gives nil.
    func withPlainModel<Value>(_ name: String, _ choice: VersionChoice, _ body: (ServedModel) -> Value?) -> Value? {
        let model = state.withLock { state -> ServedModel? in
            guard state.models[name]?.traffic.isPlain == true, let model = try? state.find(name, choice) else {
                return nil
            }
            model.leases.begin()
            return model
        }
        guard let model else { return nil }
        defer { model.leases.end() }
        return body(model)
    }

    /// Lends a version for a request: whoever takes it out of service waits until `body` has ended.
    func withModel<Value>(
        _ name: String, _ choice: VersionChoice, _ body: (ServedModel) async throws -> Value
    ) async throws -> Value {
        let model = try state.withLock { (state) throws(InferenceError) in
            let model = try state.find(name, choice)
            model.leases.begin()
            return model
        }
        defer { model.leases.end() }
        return try await body(model)
    }
}

extension ModelCatalog.State {
    fileprivate func find(_ name: String, _ choice: VersionChoice) throws(InferenceError) -> ServedModel {
        guard let model = models[name] else {
            throw isLoaded
                ? InferenceError(.notFound, "unknown model '\(name.prefix(200))'")
                : InferenceError(.modelUnavailable, "model '\(name.prefix(200))' is not known yet: models are loading")
        }
        if let version = try model.version(choice, of: name) {
            guard let state = model.versions[version] else {
                throw InferenceError(.notFound, "model '\(name)' has no version \(version)")
            }
            return try state.served(name, version)
        }
        var best: ServedModel?
        for state in model.versions.values {
            if let served = state.served, served.version > best?.version ?? 0 { best = served }
        }
        if let best { return best }
        guard let (highest, state) = model.versions.max(by: { $0.key < $1.key }) else {
            throw InferenceError(.modelUnavailable, "model '\(name)' is unavailable: \(model.state.reason)")
        }
        return try state.served(name, highest)
    }
}

extension ModelCatalog.Model {
    /// The version that a choice insists on; nil: the highest.
    fileprivate func version(_ choice: VersionChoice, of name: String) throws(InferenceError) -> Int? {
        switch choice {
        case .highest: return nil
        case .number(let version): return version
        case .preferred(let version): return versions[version]?.served == nil ? nil : version
        case .label(let label):
            guard let version = traffic.policy.labels[label] else {
                throw InferenceError(.notFound, "model '\(name)' has no version labelled '\(label.prefix(100))'")
            }
            return version
        }
    }
}

extension ModelCatalog.VersionState {
    /// As the repository index calls it.
    var name: String {
        switch self {
        case .loading: "LOADING"
        case .ready: "READY"
        case .unloading: "UNLOADING"
        case .unavailable, .unloaded: "UNAVAILABLE"
        }
    }

    /// Why it is unavailable; otherwise empty.
    var reason: String {
        switch self {
        case .unavailable(let reason): reason
        case .unloaded: "unloaded"
        default: ""
        }
    }

    var served: ServedModel? {
        if case .ready(let served) = self { served } else { nil }
    }

    fileprivate func served(_ name: String, _ version: Int) throws(InferenceError) -> ServedModel {
        switch self {
        case .ready(let served): served
        case .loading:
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is loading")
        case .unloading:
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is unloading")
        case .unloaded:
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is unloaded")
        case .unavailable(let reason):
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is unavailable: \(reason)")
        }
    }
}
