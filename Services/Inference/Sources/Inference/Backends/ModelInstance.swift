import BackendABI
import NIOCore
import ServiceAPI

/// One executor of a model, on a thread of its own for its whole life.
actor ModelInstance {
    private let model: BackendModel
    private let outputLimit: Int
    private let thread = EngineThread()
    private var handle: OpaquePointer?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameter outputLimit: Bytes that the outputs of one execution may take.
    init(model: BackendModel, outputLimit: Int) {
        self.model = model
        self.outputLimit = outputLimit
    }

    /// Makes the backend's part; call once before `execute`.
    func open(index: Int) throws(InferenceError) {
        try BackendError.check(
            model.library.table.pointee.instance_create(model.handle, UInt32(index), &handle), "creating an instance")
        guard handle != nil else {
            throw InferenceError(.invalidBackend, "instance_create succeeded without an instance")
        }
    }

    /// Frees the backend's part.
    func close() {
        guard let handle else { return }
        model.library.table.pointee.instance_destroy(handle)
        self.handle = nil
    }

    /// Runs the model once.
    ///
    /// - Parameters:
    ///   - inputs: Checked against the model and in its order.
    ///   - outputs: Indexes of the outputs to produce, ascending.
    func execute(
        _ inputs: [Tensor], outputs: [Int], cancellation: Cancellation
    ) throws(InferenceError) -> [OutputTensor] {
        guard let handle else { throw InferenceError(.modelUnavailable, "the model is unloading") }
        guard !cancellation.isCancelled else { throw InferenceError(.cancelled, "the request was cancelled") }
        let execution = Execution(
            outputs: model.outputs, requested: outputs, byteLimit: outputLimit, cancellation: cancellation)
        let result = InputViews.with(inputs) { views in
            outputs.map(UInt32.init).withUnsafeBufferPointer { indexes in
                var request = quinion_request(
                    struct_size: MemoryLayout<quinion_request>.size, execution: execution.handle,
                    input_count: views.count, inputs: views.baseAddress,
                    output_count: indexes.count, outputs: indexes.baseAddress)
                return model.library.table.pointee.execute(handle, &request)
            }
        }
        try BackendError.check(result, "execution failed")
        return try execution.finish()
    }
}

/// The views of tensors that a plugin reads.
private enum InputViews {
    /// Calls `body` with one view per tensor, over the tensors' own bytes where they are aligned.
    static func with<Result>(
        _ tensors: [Tensor], _ body: (UnsafeBufferPointer<quinion_tensor>) -> Result
    ) -> Result {
        var views: [quinion_tensor] = []
        views.reserveCapacity(tensors.count)
        return extend(&views, with: tensors[...], body)
    }

    // One frame per tensor keeps every pointer inside the closure that lent it.
    private static func extend<Result>(
        _ views: inout [quinion_tensor], with tensors: ArraySlice<Tensor>,
        _ body: (UnsafeBufferPointer<quinion_tensor>) -> Result
    ) -> Result {
        guard let tensor = tensors.first else { return views.withUnsafeBufferPointer(body) }
        return tensor.name.withCString { name in
            tensor.shape.map(Int64.init).withUnsafeBufferPointer { shape in
                tensor.withAlignedBytes { bytes in
                    views.append(
                        quinion_tensor(
                            name: name, datatype: tensor.datatype.abi, rank: UInt32(shape.count),
                            shape: shape.baseAddress, data: bytes.baseAddress, byte_size: UInt64(bytes.count),
                            memory_kind: QUINION_MEMORY_CPU, memory_id: 0))
                    return extend(&views, with: tensors.dropFirst(), body)
                }
            }
        }
    }
}

extension Tensor {
    /// The bytes, copied only when they do not start at a multiple of the element's width.
    fileprivate func withAlignedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        data.withUnsafeReadableBytes { bytes in
            let width = datatype.width ?? 1
            guard let address = bytes.baseAddress, Int(bitPattern: address) % width != 0 else { return body(bytes) }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
            defer { copy.deallocate() }
            copy.copyMemory(from: bytes)
            return body(UnsafeRawBufferPointer(copy))
        }
    }
}
