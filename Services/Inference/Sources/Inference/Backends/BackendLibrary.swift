import BackendABI
import Glibc
import ServiceAPI

/// A plugin's shared library, opened and checked.
///
/// It stays open until the process ends: engines leave threads and static
/// objects behind that do not survive `dlclose`.
struct BackendLibrary: @unchecked Sendable {
    // The table is immutable; the ABI makes it valid until the process ends.
    let table: UnsafePointer<quinion_backend>

    /// Opens a plugin and compares versions.
    ///
    /// - Throws: `invalidBackend`, naming the file and what is wrong with it.
    init(path: String) throws(InferenceError) {
        func refuse(_ reason: String) -> InferenceError {
            InferenceError(.invalidBackend, "backend plugin \(path): \(reason)")
        }
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw refuse(text(dlerror()) ?? "dlopen failed")
        }
        guard let symbol = dlsym(library, "quinion_backend_entry") else {
            throw refuse("it does not export quinion_backend_entry")
        }
        // dlsym knows no types: that the symbol is this function is what its name says (quinion_backend.h).
        let entry = unsafeBitCast(symbol, to: quinion_backend_entry_fn.self)
        guard let table = entry(HostTable.pointer) else {
            throw refuse("quinion_backend_entry returned NULL")
        }
        let (major, minor) = (table.pointee.abi_major, table.pointee.abi_minor)
        guard major == HostTable.abiMajor, minor <= HostTable.abiMinor else {
            throw refuse(
                "it speaks ABI \(major).\(minor), this server speaks \(HostTable.abiMajor).0 to \(HostTable.abiMajor).\(HostTable.abiMinor)"
            )
        }
        guard table.pointee.struct_size >= Self.leastSize else {
            throw refuse("its table has \(table.pointee.struct_size) bytes, \(Self.leastSize) are needed")
        }
        if let missing = Self.missingFunction(in: table.pointee) {
            throw refuse("its table lacks \(missing)")
        }
        self.table = table
    }

    /// Bytes of the table in the first minor version.
    private static let leastSize = MemoryLayout<quinion_backend>.offset(of: \.any_thread) ?? 0

    /// Whether an instance may be used on any thread, by one at a time.
    var runsOnAnyThread: Bool {
        table.pointee.struct_size > Self.leastSize && table.pointee.any_thread != 0
    }

    /// A table of the server's own.
    init(trusted table: UnsafePointer<quinion_backend>) {
        self.table = table
    }

    /// The plugin's name and engine, for logs.
    var label: String {
        let name = text(table.pointee.name) ?? "unnamed"
        return text(table.pointee.engine).map { "\(name) (\($0))" } ?? name
    }

    /// Has the plugin read and compile a model.
    func createModel(
        _ spec: ModelSpec, backend: String, scope: BackendScope, state: OpaquePointer?
    ) throws(InferenceError) -> OpaquePointer {
        var handle: OpaquePointer?
        let result = spec.withABI(scope) { table.pointee.model_create(state, $0, &handle) }
        try BackendError.check(result, "backend \(backend)")
        guard let handle else {
            throw InferenceError(.invalidBackend, "model_create succeeded without a model")
        }
        return handle
    }

    /// Has an instance run its model once.
    func execute(
        _ instance: OpaquePointer, inputs: [InputTensor], outputs: [Int], execution: Execution
    ) throws(InferenceError) {
        let result = InputViews.with(inputs) { views in
            outputs.map(UInt32.init).withUnsafeBufferPointer { indexes in
                var request = quinion_request(
                    struct_size: MemoryLayout<quinion_request>.size, execution: execution.handle,
                    input_count: views.count, inputs: views.baseAddress,
                    output_count: indexes.count, outputs: indexes.baseAddress,
                    output_limit: UInt64(execution.byteLimit))
                return table.pointee.execute(instance, &request)
            }
        }
        try BackendError.check(result, "execution failed")
    }

    private static func missingFunction(in table: quinion_backend) -> String? {
        let required: [(String, Bool)] = [
            ("model_create", table.model_create != nil),
            ("model_destroy", table.model_destroy != nil),
            ("model_info", table.model_info != nil),
            ("instance_create", table.instance_create != nil),
            ("instance_destroy", table.instance_destroy != nil),
            ("execute", table.execute != nil),
        ]
        return required.first { !$0.1 }?.0
    }
}
