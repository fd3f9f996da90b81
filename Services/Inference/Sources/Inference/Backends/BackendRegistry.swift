import FoundationEssentials
import Logging
import Synchronization
import Telemetry

/// Which plugin file serves which backend name.
final class BackendRegistry: Sendable {
    private let plugins: [String: String]
    private let folder: String?
    private let logger: Logger
    private let metrics: BackendMetrics
    private let engine: String?
    private let backends = Mutex<[Key: Backend]>([:])

    private struct Key: Hashable {
        var name: String
        var isolation: ModelConfig.Isolation
    }

    /// - Parameters:
    ///   - plugins: Plugin files by backend name.
    ///   - folder: Where `libquinion_NAME.so` is looked for when `plugins` does not name it.
    ///   - engine: The program for models in a process of their own; nil: `quinion-engine` beside the plugin.
    ///   - metrics: Where plugins' own metrics go.
    init(plugins: [String: String], folder: String?, engine: String?, logger: Logger, metrics: MetricsRegistry) {
        self.plugins = plugins
        self.folder = folder
        self.engine = engine
        self.logger = logger
        self.metrics = BackendMetrics(registry: metrics)
        HostTable.logger.withLock { $0 = logger }
    }

    /// The backend of that name; nothing is opened yet.
    ///
    /// - Throws: `invalidBackend` when no plugin file is known, or no program to run it.
    func backend(named name: String, isolation: ModelConfig.Isolation) throws(InferenceError) -> Backend {
        let path = try pluginPath(of: name)
        let engine = isolation == .process ? try enginePath(beside: path) : nil
        return backends.withLock { backends in
            let key = Key(name: name, isolation: isolation)
            if let backend = backends[key] { return backend }
            let backend = Backend(name: name, path: path, engine: engine, logger: logger, metrics: metrics)
            backends[key] = backend
            return backend
        }
    }

    /// Stops all engines; their models must be unloaded.
    func close() async {
        let opened = backends.withLock { backends in
            defer { backends = [:] }
            return Array(backends.values)
        }
        for backend in opened {
            await backend.close()
        }
    }

    private func enginePath(beside plugin: String) throws(InferenceError) -> String {
        let folder = plugin.lastIndex(of: "/").map { plugin[..<$0] } ?? "."
        let path = engine ?? "\(folder)/quinion-engine"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw InferenceError(
                .invalidBackend, "'isolation' is \"process\", but \(path) is no program: set backends.engine")
        }
        return path
    }

    private func pluginPath(of name: String) throws(InferenceError) -> String {
        if let path = plugins[name] { return path }
        // The name comes from a model's configuration: it must not leave the folder.
        guard !name.isEmpty, name.utf8.allSatisfy({ Self.nameBytes.contains($0) }) else {
            throw InferenceError(.invalidBackend, "'\(name)' is not a backend name: use a-z, 0-9, '_' and '-'")
        }
        guard let folder else {
            throw InferenceError(.invalidBackend, "no plugin is configured for backend '\(name)'")
        }
        let path = "\(folder)/libquinion_\(name).so"
        guard FileManager.default.fileExists(atPath: path) else {
            throw InferenceError(.invalidBackend, "no plugin for backend '\(name)': \(path) does not exist")
        }
        return path
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
}
