import BackendABI
import BackendProcess
import Logging
import ServiceAPI

/// One engine behind its plugin: opened with the first model that needs it.
///
/// Runs on a thread of its own, which gives the ABI its promise that a plugin's model functions never overlap.
actor Backend {
    let name: String
    private let path: String
    /// The program that runs each model in a process of its own; nil: models run here.
    private let engine: String?
    private let logger: Logger
    private let metrics: BackendMetrics
    private let thread = EngineThread()
    private var opened: (library: BackendLibrary, state: OpaquePointer?)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(name: String, path: String, engine: String?, logger: Logger, metrics: BackendMetrics) {
        self.name = name
        self.path = path
        self.engine = engine
        self.logger = logger
        self.metrics = metrics
    }

    /// Reads and compiles a model.
    func load(_ spec: ModelSpec) throws(InferenceError) -> BackendModel {
        let (library, state) = try open()
        let scope = BackendScope(
            backend: name, model: spec.name, version: spec.version, logger: logger, metrics: metrics)
        let handle = try library.createModel(spec, backend: name, scope: scope, state: state)
        do throws(InferenceError) {
            return try BackendModel(describing: handle, library: library, scope: scope)
        } catch {
            library.table.pointee.model_destroy(handle)
            throw error
        }
    }

    /// Frees a model whose instances are closed.
    func unload(_ model: BackendModel) {
        opened?.library.table.pointee.model_destroy(model.handle)
    }

    /// Stops the engine after its models are unloaded.
    func close() {
        guard let (library, state) = opened else { return }
        library.table.pointee.finalize?(state)
        opened = nil
    }

    private func open() throws(InferenceError) -> (BackendLibrary, OpaquePointer?) {
        if let opened { return opened }
        let result = if let engine { try openProcess(engine) } else { try openLibrary() }
        opened = result
        return result
    }

    private func openLibrary() throws(InferenceError) -> (BackendLibrary, OpaquePointer?) {
        let library = try BackendLibrary(path: path)
        var state: OpaquePointer?
        if let initialize = library.table.pointee.initialize {
            try BackendError.check(initialize(&state), "backend \(name) did not start")
        }
        logger.info("opened backend", metadata: ["backend": "\(library.label)", "path": "\(path)"])
        return (library, state)
    }

    private func openProcess(_ engine: String) throws(InferenceError) -> (BackendLibrary, OpaquePointer?) {
        guard let state = backend_process_open(HostTable.pointer, engine, path) else {
            throw InferenceError(.modelUnavailable, "out of memory")
        }
        return (BackendLibrary(trusted: backend_process_table()), state)
    }
}

/// What a backend is told about a model.
struct ModelSpec: Sendable {
    var name: String
    var version: String
    var path: String
    var instances: Int
    var processors: Int
    var parameters: [(key: String, value: String)]

    func withABI<Result>(_ scope: BackendScope, _ body: (UnsafePointer<quinion_model_spec>) -> Result) -> Result {
        let strings = CStrings([name, version, path] + parameters.flatMap { [$0.key, $0.value] })
        let pairs = parameters.indices.map {
            quinion_parameter(key: strings[3 + 2 * $0], value: strings[4 + 2 * $0])
        }
        let list = UnsafeMutableBufferPointer<quinion_parameter>.allocate(capacity: pairs.count)
        defer { list.deallocate() }
        _ = list.initialize(from: pairs)
        var spec = quinion_model_spec(
            struct_size: MemoryLayout<quinion_model_spec>.size,
            name: strings[0], version: strings[1], path: strings[2],
            instance_count: UInt32(instances), cpu_count: UInt32(processors),
            parameter_count: pairs.count, parameters: UnsafePointer(list.baseAddress), scope: scope.handle)
        return withUnsafePointer(to: &spec, body)
    }
}

/// NUL-terminated copies of strings, freed together.
private final class CStrings {
    private let pointers: [UnsafeMutablePointer<CChar>]

    init(_ strings: [String]) {
        pointers = strings.map { string in
            let bytes = Array(string.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
    }

    deinit {
        for pointer in pointers { pointer.deallocate() }
    }

    subscript(index: Int) -> UnsafePointer<CChar> { UnsafePointer(pointers[index]) }
}
