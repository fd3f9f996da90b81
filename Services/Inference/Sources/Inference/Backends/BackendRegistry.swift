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
    private let backends = Mutex<[String: Backend]>([:])

    /// - Parameters:
    ///   - plugins: Plugin files by backend name.
    ///   - folder: Where `libquinion_NAME.so` is looked for when `plugins` does not name it.
    ///   - metrics: Where plugins' own metrics go.
    init(plugins: [String: String], folder: String?, logger: Logger, metrics: MetricsRegistry) {
        self.plugins = plugins
        self.folder = folder
        self.logger = logger
        self.metrics = BackendMetrics(registry: metrics)
        HostTable.logger.withLock { $0 = logger }
    }

    /// The backend of that name; nothing is opened yet.
    ///
    /// - Throws: `invalidBackend` when no plugin file is known.
    func backend(named name: String) throws(InferenceError) -> Backend {
        let path = try pluginPath(of: name)
        return backends.withLock { backends in
            if let backend = backends[name] { return backend }
            let backend = Backend(name: name, path: path, logger: logger, metrics: metrics)
            backends[name] = backend
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
