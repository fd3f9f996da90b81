import BackendABI
import ServiceAPI

/// A model that a backend has loaded: what it takes and gives.
struct BackendModel: @unchecked Sendable {
    // `handle` is used only by the backend's actor and, as the ABI allows, read by the instances made from it.
    let handle: OpaquePointer
    let library: BackendLibrary
    /// Kept for the plugin, which may use it until the model is destroyed.
    let scope: BackendScope
    let platform: String
    let inputs: [TensorDescription]
    let outputs: [TensorDescription]

    private static let tensorLimit = 1024
    private static let rankLimit: UInt32 = 64

    init(describing handle: OpaquePointer, library: BackendLibrary, scope: BackendScope) throws(InferenceError) {
        var info = quinion_model_info()
        info.struct_size = MemoryLayout<quinion_model_info>.size
        try BackendError.check(library.table.pointee.model_info(handle, &info), "describing the model")
        self.handle = handle
        self.library = library
        self.scope = scope
        self.platform = text(info.platform) ?? "unknown"
        self.inputs = try Self.describe(info.inputs, count: info.input_count, what: "input")
        self.outputs = try Self.describe(info.outputs, count: info.output_count, what: "output")
    }

    private static func describe(
        _ infos: UnsafePointer<quinion_tensor_info>?, count: Int, what: String
    ) throws(InferenceError) -> [TensorDescription] {
        guard 1...tensorLimit ~= count, let infos else {
            throw InferenceError(.invalidBackend, "the backend declares \(count) \(what)s")
        }
        var descriptions: [TensorDescription] = []
        for index in 0..<count {
            let info = infos[index]
            guard let name = text(info.name), !name.isEmpty, let datatype = TensorDatatype(info.datatype),
                info.rank <= rankLimit, info.shape != nil || info.rank == 0
            else {
                throw InferenceError(
                    .invalidBackend, "the backend declares \(what) \(index) without name, datatype or shape")
            }
            let shape = UnsafeBufferPointer(start: info.shape, count: Int(info.rank)).map { Int($0) }
            guard shape.allSatisfy({ $0 >= -1 }) else {
                throw InferenceError(.invalidBackend, "the backend declares \(what) '\(name)' with shape \(shape)")
            }
            guard !descriptions.contains(where: { $0.name == name }) else {
                throw InferenceError(.invalidBackend, "the backend declares \(what) '\(name)' twice")
            }
            descriptions.append(TensorDescription(name: name, datatype: datatype, shape: shape))
        }
        return descriptions
    }
}
