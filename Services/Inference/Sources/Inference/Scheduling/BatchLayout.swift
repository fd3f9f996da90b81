import NIOCore
import ServiceAPI

/// How the tensors of a model hold the rows of several requests.
struct BatchLayout: Sendable {
    /// One input or output.
    struct Slot: Sendable {
        var name: String
        /// The dimension along which requests may differ.
        var raggedDimension: Int?
        /// One element of padding.
        var padding: [UInt8] = []

        /// Whether padding is one byte over and over, which is written faster; nil where it is not.
        var paddingByte: UInt8? { padding.first.flatMap { first in padding.allSatisfy { $0 == first } ? first : nil } }
    }

    /// How large a request is.
    struct Size: Equatable {
        var rows: Int
        var length: Int
        var bytes: Int
        /// What requests of one batch have in common.
        var shape: [Int]
    }

    /// Whether the first dimension of every tensor counts rows.
    let hasRows: Bool
    /// Whether requests of different lengths run together.
    var isRagged: Bool { inputs.contains { $0.raggedDimension != nil } }
    let inputs: [Slot]
    let outputs: [Slot]

    /// Compares what a configuration says of batches with the model.
    init(
        inputs: [TensorDescription], outputs: [TensorDescription], axes: [String: [String]], batching: Batching
    ) throws(InferenceError) {
        hasRows = batching.maxBatchSize > 0
        if hasRows {
            for tensor in inputs + outputs where tensor.shape.first != -1 {
                throw InferenceError(
                    .invalidModel,
                    "'max_batch_size' needs a free first dimension, the model's '\(tensor.name)' has shape \(tensor.shape)"
                )
            }
        }
        func raggedDimension(_ tensor: TensorDescription) throws(InferenceError) -> Int? {
            guard let ragged = batching.ragged else { return nil }
            guard let names = axes[tensor.name] else {
                guard tensor.shape.dropFirst().allSatisfy({ $0 != -1 }) else {
                    throw InferenceError(
                        .invalidModel,
                        "'ragged' needs to know the free dimensions of '\(tensor.name)': name them in 'axes'")
                }
                return nil
            }
            let dimensions = names.indices.filter { names[$0] == ragged.axis }
            guard let dimension = dimensions.first else { return nil }
            guard dimensions.count == 1, dimension > 0, tensor.datatype != .bytes else {
                throw InferenceError(
                    .invalidModel,
                    "'\(tensor.name)' cannot be ragged along \(ragged.axis): it must be one dimension, not the first, of numbers"
                )
            }
            return dimension
        }
        var inputSlots: [Slot] = []
        for tensor in inputs {
            var slot = Slot(name: tensor.name, raggedDimension: try raggedDimension(tensor))
            let value = tensor.name == batching.ragged?.mask ? 0 : batching.ragged?.padding[tensor.name] ?? 0
            slot.padding = tensor.datatype.element(value)
            inputSlots.append(slot)
        }
        self.inputs = inputSlots
        var outputSlots: [Slot] = []
        for tensor in outputs {
            outputSlots.append(Slot(name: tensor.name, raggedDimension: try raggedDimension(tensor)))
        }
        self.outputs = outputSlots
        guard let ragged = batching.ragged else { return }
        guard inputSlots.contains(where: { $0.name == ragged.mask && $0.raggedDimension != nil }) else {
            throw InferenceError(
                .invalidModel,
                "'ragged.mask' is \"\(ragged.mask)\", expected an input whose 'axes' name the axis \"\(ragged.axis)\"")
        }
        for name in ragged.padding.keys.sorted() where !inputSlots.contains(where: { $0.name == name }) {
            throw InferenceError(.invalidModel, "'ragged.padding.\(name)' names no input of the model")
        }
    }

    /// Measures a request.
    ///
    /// - Throws: `invalidRequest` when its inputs do not agree on rows or length.
    func size(of tensors: [InputTensor]) throws(InferenceError) -> Size {
        var size = Size(rows: 1, length: 1, bytes: 0, shape: [])
        var lengthInput: String?
        for (tensor, slot) in zip(tensors, inputs) {
            size.bytes += tensor.bytes.count
            guard hasRows else { continue }
            let rows = tensor.shape[0]
            if let first = tensors.first, first.shape[0] != rows {
                throw InferenceError(
                    .invalidRequest,
                    "the batch differs between inputs: \(first.shape[0]) in '\(first.name)', \(rows) in '\(tensor.name)'"
                )
            }
            size.rows = rows
            size.shape.append(tensor.shape.count)
            size.shape.append(contentsOf: tensor.shape.dropFirst())
            guard let dimension = slot.raggedDimension else { continue }
            size.shape[size.shape.count - tensor.shape.count + dimension] = -1
            if let lengthInput, size.length != tensor.shape[dimension] {
                throw InferenceError(
                    .invalidRequest,
                    "the length differs between inputs: \(size.length) in '\(lengthInput)', \(tensor.shape[dimension]) in '\(tensor.name)'"
                )
            }
            lengthInput = tensor.name
            size.length = tensor.shape[dimension]
        }
        return size
    }
}

extension TensorDatatype {
    /// The bytes of a small whole number; none for `BYTES`.
    fileprivate func element(_ value: Int) -> [UInt8] {
        func bytes<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
        return switch self {
        case .bool: [value == 0 ? 0 : 1]
        case .fp32: bytes(Float(value))
        case .fp64: bytes(Double(value))
        case .bf16: bytes(UInt16(Float(value).bitPattern >> 16))
        case .fp16: bytes(Float16(value).bitPattern)
        case .bytes: []
        default: Array(bytes(Int64(value)).prefix(width ?? 0))
        }
    }
}
