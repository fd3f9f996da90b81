import Logging
import Synchronization

/// All models of a repository and what became of each.
final class ModelCatalog: Sendable {
    enum VersionState: Sendable {
        case loading
        case ready(ServedModel)
        case unavailable(reason: String)
    }

    struct Entry: Sendable {
        var name: String
        /// Nil when the model has no version, only a fault.
        var version: Int?
        var state: VersionState
    }

    private struct Models {
        /// Per name the served versions, or one fault of the whole model.
        var byName: [String: Model] = [:]
        var isLoaded = false
    }

    private enum Model {
        case versions([Int: VersionState])
        case broken(String)
    }

    private let models = Mutex(Models())
    private let repository: String?
    private let backends: BackendRegistry
    private let outputLimit: Int
    private let logger: Logger

    /// - Parameters:
    ///   - repository: Folder of the models; nil serves none.
    ///   - outputLimit: Bytes that the outputs of one execution may take.
    init(repository: String?, backends: BackendRegistry, outputLimit: Int, logger: Logger) {
        self.repository = repository
        self.backends = backends
        self.outputLimit = outputLimit
        self.logger = logger
    }

    // MARK: Loading

    /// Loads every model of the repository, one after the other.
    ///
    /// A model that fails is unavailable; others go on.
    func load() async {
        defer { models.withLock { $0.isLoaded = true } }
        guard let repository else { return }
        let folders: [ModelFolder]
        do throws(InferenceError) {
            folders = try ModelFolder.all(in: repository)
        } catch {
            logger.error("no models", metadata: ["reason": "\(error)"])
            return
        }
        var plans: [(ModelFolder, ModelConfig, [Int])] = []
        for folder in folders {
            do throws(InferenceError) {
                let (config, versions) = try plan(folder)
                plans.append((folder, config, versions))
                set(folder.name, .versions(Dictionary(uniqueKeysWithValues: versions.map { ($0, .loading) })))
            } catch {
                set(folder.name, .broken(error.message))
                logger.error("model unavailable", metadata: ["model": "\(folder.name)", "reason": "\(error)"])
            }
        }
        for (folder, config, versions) in plans {
            for version in versions where !Task.isCancelled {
                await load(folder, config, version)
            }
        }
    }

    /// Unloads everything and stops the engines.
    func close() async {
        let served = models.withLock { models in
            defer { models.byName = [:] }
            return models.byName.values.flatMap { model -> [ServedModel] in
                guard case .versions(let versions) = model else { return [] }
                return versions.values.compactMap { if case .ready(let served) = $0 { served } else { nil } }
            }
        }
        for model in served { await model.close() }
        await backends.close()
    }

    private func plan(_ folder: ModelFolder) throws(InferenceError) -> (ModelConfig, [Int]) {
        let config = try folder.config()
        let existing = folder.versions()
        let selected = config.versions.select(from: existing)
        guard !selected.isEmpty else {
            throw InferenceError(
                .invalidModel, "\(folder.name) has no version to serve; its folder has the versions \(existing)")
        }
        return (config, selected)
    }

    private func load(_ folder: ModelFolder, _ config: ModelConfig, _ version: Int) async {
        let state: VersionState
        do throws(InferenceError) {
            let served = try await ServedModel.load(
                folder, version: version, config: config, backends: backends, outputLimit: outputLimit)
            state = .ready(served)
            logger.info("model ready", metadata: ["model": "\(folder.name)", "version": "\(version)"])
        } catch {
            state = .unavailable(reason: error.message)
            logger.error(
                "model unavailable",
                metadata: ["model": "\(folder.name)", "version": "\(version)", "reason": "\(error)"])
        }
        models.withLock { models in
            guard case .versions(var versions) = models.byName[folder.name] else { return }
            versions[version] = state
            models.byName[folder.name] = .versions(versions)
        }
    }

    private func set(_ name: String, _ model: Model) {
        models.withLock { $0.byName[name] = model }
    }

    // MARK: Looking up

    /// Throws while models are loading and, when strict, as long as one is unavailable.
    func checkReadiness(strict: Bool) throws(InferenceError) {
        guard models.withLock({ $0.isLoaded }) else {
            throw InferenceError(.invalidRequest, "models are loading")
        }
        guard strict else { return }
        for entry in entries {
            if case .unavailable(let reason) = entry.state {
                throw InferenceError(.invalidRequest, "model '\(entry.name)' is unavailable: \(reason)")
            }
        }
    }

    /// Every version with its state, by name and version.
    var entries: [Entry] {
        models.withLock { $0.byName }.sorted { $0.key < $1.key }.flatMap { name, model -> [Entry] in
            switch model {
            case .broken(let reason):
                [Entry(name: name, version: nil, state: .unavailable(reason: reason))]
            case .versions(let versions):
                versions.sorted { $0.key < $1.key }.map { Entry(name: name, version: $0.key, state: $0.value) }
            }
        }
    }

    /// The versions of a model that are served, ascending.
    func readyVersions(of name: String) -> [Int] {
        guard case .versions(let versions) = models.withLock({ $0.byName[name] }) else { return [] }
        return versions.filter { if case .ready = $0.value { true } else { false } }.keys.sorted()
    }

    /// A model that can execute.
    ///
    /// - Parameter version: Nil for the highest that is ready.
    /// - Throws: `notFound`, or `modelUnavailable` with the reason.
    func served(_ name: String, version: Int?) throws(InferenceError) -> ServedModel {
        guard let model = models.withLock({ $0.byName[name] }) else {
            throw InferenceError(.notFound, "unknown model '\(name.prefix(256))'")
        }
        switch model {
        case .broken(let reason):
            throw InferenceError(.modelUnavailable, "model '\(name)' is unavailable: \(reason)")
        case .versions(let versions):
            return try pick(version, of: versions, name: name)
        }
    }

    private func pick(
        _ version: Int?, of versions: [Int: VersionState], name: String
    ) throws(InferenceError) -> ServedModel {
        if let version {
            guard let state = versions[version] else {
                throw InferenceError(.notFound, "model '\(name)' has no version \(version)")
            }
            return try state.served(name, version: version)
        }
        let descending = versions.sorted { $0.key > $1.key }
        for case (_, .ready(let served)) in descending { return served }
        guard let (highest, state) = descending.first else {
            throw InferenceError(.notFound, "model '\(name)' has no version")
        }
        return try state.served(name, version: highest)
    }
}

extension ModelCatalog.VersionState {
    /// As the repository index calls it.
    var name: String {
        switch self {
        case .loading: "LOADING"
        case .ready: "READY"
        case .unavailable: "UNAVAILABLE"
        }
    }

    /// Why it is unavailable; otherwise empty.
    var reason: String {
        if case .unavailable(let reason) = self { reason } else { "" }
    }

    fileprivate func served(_ name: String, version: Int) throws(InferenceError) -> ServedModel {
        switch self {
        case .ready(let served): served
        case .loading:
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is loading")
        case .unavailable(let reason):
            throw InferenceError(.modelUnavailable, "model '\(name)' version \(version) is unavailable: \(reason)")
        }
    }
}
