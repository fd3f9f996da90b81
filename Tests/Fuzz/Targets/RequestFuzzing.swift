import Inference
import NIOCore
import ServiceAPI

/// From an HTTP body to tensors.
///
/// An input without a zero byte is a body of JSON. Else what stands before the first one is the text of
/// `Inference-Header-Content-Length`, and what follows is the body.
enum RequestFuzzing {
    static func run(_ input: UnsafeBufferPointer<UInt8>) {
        let zero = input.firstIndex(of: 0)
        let header = zero.map { String(decoding: input[..<$0], as: UTF8.self) }
        let body = ByteBuffer(bytes: input[(zero.map { $0 + 1 } ?? 0)...])
        // Refusing is always right; what is taken must be what it claims.
        guard let request = try? InferenceRequestReader.read(body, headerLength: header) else { return }
        let models =
            request.rawInput == nil ? [(inputs(of: request), outputs(of: request))] : rawModels.map { ([$0], []) }
        for (inputs, outputs) in models {
            guard let signature = try? ModelSignature(inputs: inputs, outputs: outputs),
                let read = try? signature.read(request)
            else { continue }
            precondition(read.inputs.count == inputs.count, "\(read.inputs.count) tensors for \(inputs.count) inputs")
            for tensor in read.inputs { check(tensor) }
            precondition(zip(read.outputs, read.outputs.dropFirst()).allSatisfy { $0 < $1 }, "outputs \(read.outputs)")
        }
    }

    /// Those of a model that takes just these, of any size.
    private static func inputs(of request: InferenceRequest) -> [TensorDescription] {
        request.inputs.map { TensorDescription(name: $0.name, datatype: $0.datatype, shape: $0.shape.map { _ in -1 }) }
    }

    private static func outputs(of request: InferenceRequest) -> [TensorDescription] {
        (request.outputs ?? []).map { TensorDescription(name: $0.name, datatype: .fp32, shape: [-1]) }
    }

    private static let rawModels = [
        TensorDescription(name: "x", datatype: .fp32, shape: [-1, 3]),
        TensorDescription(name: "x", datatype: .int64, shape: [-1, -1]),
        TensorDescription(name: "x", datatype: .bytes, shape: [1]),
        TensorDescription(name: "x", datatype: .uint8, shape: [2, 2]),
    ]

    /// What a plugin may rely on (quinion_backend.h).
    private static func check(_ tensor: Tensor) {
        precondition(tensor.shape.allSatisfy { $0 >= 1 }, "a dimension of \(tensor.shape) is below 1")
        let count = tensor.shape.reduce(1, *)
        guard let width = tensor.datatype.width else {
            var bytes = tensor.data
            for _ in 0..<count {
                guard let length = bytes.readInteger(endianness: .little, as: UInt32.self),
                    bytes.readSlice(length: Int(length)) != nil
                else { preconditionFailure("an element of a BYTES tensor is cut off") }
            }
            precondition(bytes.readableBytes == 0, "bytes follow the last element")
            return
        }
        precondition(
            tensor.data.readableBytes == count * width, "\(tensor.shape) of \(tensor.datatype) has other bytes")
        if tensor.datatype == .bool {
            precondition(tensor.data.readableBytesView.allSatisfy { $0 <= 1 }, "a BOOL is neither 0 nor 1")
        }
    }
}
