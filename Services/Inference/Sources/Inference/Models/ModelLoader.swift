import DequeModule
import FoundationEssentials
import Logging

/// Brings the catalogue to what the repository and its callers say: loads, replaces and unloads versions.
///
/// One model changes at a time. A version is replaced only by one that is loaded and warm, and closed when its last request
/// has ended; what cannot be loaded leaves what serves as it is.
actor ModelLoader {
    private let repository: String?
    private let uploads: UploadFolder?
    private let backends: BackendRegistry
    private let catalog: ModelCatalog
    private let statistics: StatisticsRegistry
    private let outputLimit: Int
    private let stateFolder: String?
    private let logger: Logger

    private var isBusy = false
    private var isClosed = false
    private var waiting: Deque<CheckedContinuation<Void, Never>> = []
    /// What polling last acted on, and what it saw after that for the first time.
    private var seen: [String: FolderState] = [:]
    private var fresh: [String: FolderState] = [:]

    /// Changes that wait for their turn.
    private static let waitingLimit = 64

    /// - Parameters:
    ///   - repository: Folder of the models; nil serves none but uploads.
    ///   - uploads: Where models that clients send are kept; nil refuses them.
    ///   - outputLimit: Bytes that the outputs of one execution may take.
    ///   - stateFolder: Where measured times are kept for the next process; nil keeps none.
    init(
        repository: String?, uploads: UploadFolder?, backends: BackendRegistry, catalog: ModelCatalog,
        statistics: StatisticsRegistry, outputLimit: Int, stateFolder: String?, logger: Logger
    ) {
        self.repository = repository
        self.uploads = uploads
        self.backends = backends
        self.catalog = catalog
        self.statistics = statistics
        self.outputLimit = outputLimit
        self.stateFolder = stateFolder
        self.logger = logger
    }

    // MARK: Changes

    /// Loads models of the repository, one after the other; one that fails is unavailable, others go on.
    ///
    /// - Parameter names: Nil loads all.
    func loadAll(_ names: Set<String>?) async {
        defer { catalog.finishLoading() }
        uploads?.clear()
        guard let repository else { return }
        do throws(InferenceError) {
            var folders = try ModelFolder.all(in: repository)
            if let names { folders = folders.filter { names.contains($0.name) } }
            for name in (names ?? []).subtracting(folders.map(\.name)).sorted() {
                catalog.fail(name, "the repository has no such model")
            }
            // All names at once, so that a request for one that waits is told so.
            for folder in folders { announce(folder) }
            for folder in folders where !Task.isCancelled {
                seen[folder.name] = FolderState(folder)
                try? await change { try await self.load(folder) }
            }
        } catch {
            logger.error("no models", metadata: ["reason": "\(error)"])
        }
    }

    /// Loads a model of the repository, or what has changed of it since it was loaded.
    ///
    /// - Throws: `notFound` when the repository has none of that name; otherwise why a version could not be loaded.
    func load(_ name: String, override: ModelOverride? = nil) async throws {
        try await change {
            guard let override else { return try await self.load(try self.folder(name)) }
            do {
                guard !override.files.isEmpty else {
                    return try await self.load(try self.folder(name), config: try override.config(for: name))
                }
                try await self.loadUpload(name, override)
            } catch let error as InferenceError where error.code == .invalidModel {
                // What the client sent, and so the client's fault.
                throw InferenceError(.invalidRequest, error.message)
            }
        }
    }

    /// Takes a model out of service; returns when its last request has ended.
    ///
    /// - Parameter dependents: Whether the models of an ensemble's steps go too, unless another ensemble has them.
    func unload(_ name: String, dependents: Bool = false) async throws {
        try await change {
            guard self.catalog.entries.contains(where: { $0.name == name }) else {
                throw InferenceError(.notFound, "unknown model '\(name.prefix(200))'")
            }
            let steps = Self.stepModels(of: self.catalog.served(name))
            await self.takeOut(name)
            guard dependents else { return }
            let others = Self.stepModels(of: self.catalog.allServed)
            for name in steps.subtracting(others).sorted() { await self.takeOut(name) }
        }
    }

    private static func stepModels(of models: [ServedModel]) -> Set<String> {
        Set(models.flatMap { $0.config.ensemble ?? [] }.map(\.model))
    }

    /// Compares the repository with what was seen of it, and loads and unloads what has changed.
    ///
    /// A change counts when it is the same at two polls, so that a copy in progress is not loaded.
    func poll() async {
        guard let repository, let folders = try? ModelFolder.all(in: repository) else { return }
        var hasChanged = false
        for folder in folders where !Task.isCancelled {
            let state = FolderState(folder)
            guard state != seen[folder.name] else {
                fresh[folder.name] = nil
                continue
            }
            guard state == fresh[folder.name] else {
                fresh[folder.name] = state
                continue
            }
            fresh[folder.name] = nil
            seen[folder.name] = state
            hasChanged = true
            try? await change { try await self.load(folder) }
        }
        if hasChanged { await retryEnsembles(folders) }
        for name in Set(seen.keys).subtracting(folders.map(\.name)) {
            seen[name] = nil
            fresh[name] = nil
            try? await change {
                await self.takeOut(name)
                self.catalog.remove(name)
            }
        }
    }

    /// Loads ensembles that do not serve: what another model lacked may be there now.
    private func retryEnsembles(_ folders: [ModelFolder]) async {
        for folder in folders where !Task.isCancelled && catalog.served(folder.name).isEmpty {
            guard let config = try? folder.config(), config.ensemble != nil else { continue }
            try? await change { try await self.load(folder) }
        }
    }

    /// The models of the repository that were never loaded, for the index.
    func unloadedNames() -> [String] {
        guard let repository, let folders = try? ModelFolder.all(in: repository) else { return [] }
        let known = Set(catalog.entries.map(\.name))
        return folders.map(\.name).filter { !known.contains($0) }
    }

    /// Unloads everything and stops the engines; later changes are refused.
    func close() async {
        // First, so that changes that wait give up their turns.
        isClosed = true
        await turn {
            for model in self.catalog.removeAll() { await self.retire(model) }
            await self.backends.close()
            self.uploads?.clear()
        }
    }

    // MARK: Turns

    /// Makes a change in its turn, unless too many wait or the server is stopping.
    private func change(_ body: () async throws -> Void) async throws {
        guard waiting.count < Self.waitingLimit else {
            throw InferenceError(.overloaded, "\(waiting.count) changes of models wait already")
        }
        try await turn {
            guard !isClosed else { throw InferenceError(.modelUnavailable, "the server is stopping") }
            try await body()
        }
    }

    /// Runs when what came before has ended; other calls of the actor go on meanwhile.
    private func turn(_ body: () async throws -> Void) async rethrows {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        // Handed over by the one before, or nobody was there.
        isBusy = true
        defer {
            if let next = waiting.popFirst() { next.resume() } else { isBusy = false }
        }
        try await body()
    }

    // MARK: One model

    private func folder(_ name: String) throws(InferenceError) -> ModelFolder {
        // Found by listing, so that no name can lead out of the repository.
        guard let repository, let folder = try ModelFolder.all(in: repository).first(where: { $0.name == name }) else {
            throw InferenceError(.notFound, "the repository has no model '\(name.prefix(200))'")
        }
        return folder
    }

    private func announce(_ folder: ModelFolder) {
        guard let config = try? folder.config() else { return }
        catalog.announce(folder.name, loading: config.versions.select(from: folder.versions()))
    }

    /// - Parameter chain: Ensembles that are being loaded, for whose steps this is.
    private func load(_ folder: ModelFolder, for chain: [String] = []) async throws(InferenceError) {
        let config: ModelConfig
        do throws(InferenceError) {
            config = try folder.config()
        } catch {
            catalog.fail(folder.name, error.message)
            logger.error("model unavailable", metadata: ["model": "\(folder.name)", "reason": "\(error)"])
            throw error
        }
        try await load(folder, config: config, for: chain)
    }

    /// Loads the models of an ensemble's steps that are not served.
    private func loadSteps(_ steps: [EnsembleStep], of chain: [String]) async throws(InferenceError) {
        for name in Set(steps.map(\.model)).sorted() {
            guard !chain.contains(name) else {
                throw InferenceError(
                    .invalidModel, "the ensembles \((chain + [name]).joined(separator: " → ")) contain themselves")
            }
            guard catalog.served(name).isEmpty else { continue }
            do throws(InferenceError) {
                try await load(try folder(name), for: chain)
            } catch {
                throw InferenceError(.invalidModel, "the model '\(name)' of a step: \(error.message)")
            }
        }
    }

    private func loadUpload(_ name: String, _ override: ModelOverride) async throws {
        guard let uploads else {
            throw InferenceError(.forbidden, "models.upload_path is not set: this server takes no models from clients")
        }
        let config = try override.config(for: name)
        let folder = try await uploads.store(name, override)
        do {
            try await load(folder, config: config)
        } catch {
            if !catalog.served(name).contains(where: { $0.origin.folder.path == folder.path }) {
                uploads.remove(folder)
            }
            throw error
        }
    }

    /// Loads the versions that the configuration selects and puts them in place.
    private func load(
        _ folder: ModelFolder, config: ModelConfig, for chain: [String] = []
    ) async throws(InferenceError) {
        let name = folder.name
        let existing = folder.versions()
        let selected = config.versions.select(from: existing)
        guard !selected.isEmpty else {
            let reason = "\(name) has no version to serve; its folder has the versions \(existing)"
            catalog.fail(name, reason)
            logger.error("model unavailable", metadata: ["model": "\(name)", "reason": "\(reason)"])
            throw InferenceError(.invalidModel, reason)
        }
        if let (key, version) = config.traffic.namedVersions.first(where: { !selected.contains($0.version) }) {
            let reason = "'\(key)' names version \(version), which is not served: \(selected) are"
            catalog.fail(name, reason)
            logger.error("model unavailable", metadata: ["model": "\(name)", "reason": "\(reason)"])
            throw InferenceError(.invalidModel, reason)
        }
        catalog.announce(name, loading: selected)
        if let steps = config.ensemble {
            do throws(InferenceError) {
                try await loadSteps(steps, of: chain + [name])
            } catch {
                catalog.fail(name, error.message)
                logger.error("model unavailable", metadata: ["model": "\(name)", "reason": "\(error)"])
                throw error
            }
        }
        let serving = Dictionary(uniqueKeysWithValues: catalog.served(name).map { ($0.version, $0) })
        var states: [Int: ModelCatalog.VersionState] = [:]
        var failure: InferenceError?
        for version in selected {
            let origin = ModelOrigin(folder: folder, version: version, config: config)
            if let current = serving[version], current.origin == origin {
                states[version] = .ready(current)
                continue
            }
            do throws(InferenceError) {
                states[version] = .ready(
                    try await ServedModel.load(
                        origin, catalog: catalog, backends: backends, outputLimit: outputLimit,
                        costs: stateFolder.map { CostFile(folder: $0, origin) },
                        statistics: statistics.statistics(model: name, version: version)))
                logger.info("model ready", metadata: ["model": "\(name)", "version": "\(version)"])
            } catch {
                // To the engine the file is an argument; here it is the repository's.
                let code = error.code == .invalidRequest ? .invalidModel : error.code
                failure = failure ?? InferenceError(code, "version \(version): \(error.message)")
                states[version] = serving[version].map { .ready($0) } ?? .unavailable(reason: error.message)
                logger.error(
                    "model unavailable",
                    metadata: ["model": "\(name)", "version": "\(version)", "reason": "\(error)"])
            }
        }
        if failure != nil {
            // Half a change is none: what served before goes on beside what could be loaded.
            states.merge(serving.mapValues { .ready($0) }) { new, _ in new }
        }
        // Nor is traffic led to versions that did not come, unless there is nothing else to follow.
        let traffic = failure == nil || serving.isEmpty ? ModelTraffic(config.traffic) : nil
        for model in catalog.replace(name, with: states, fault: failure?.message, traffic: traffic) {
            await retire(model)
        }
        if let failure { throw failure }
    }

    private func takeOut(_ name: String) async {
        let versions = catalog.served(name)
        let displaced = catalog.replace(
            name, with: Dictionary(uniqueKeysWithValues: versions.map { ($0.version, .unloading) }))
        for model in displaced { await retire(model) }
        catalog.finishUnloading(name)
        logger.info("model unloaded", metadata: ["model": "\(name)"])
    }

    /// Closes a version that nobody can get hold of any more, when its last request has ended.
    private func retire(_ model: ServedModel) async {
        await model.leases.drain()
        await model.close()
        let folder = model.origin.folder
        if let uploads, !catalog.served(model.name).contains(where: { $0.origin.folder.path == folder.path }) {
            uploads.remove(folder)
        }
    }
}
