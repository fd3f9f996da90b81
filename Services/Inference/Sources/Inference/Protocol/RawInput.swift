import NIOCore
import ServiceAPI

extension ModelSignature {
    /// The input of a raw binary request: the body is the tensor, its shape follows from the model.
    ///
    /// Of several free dimensions the first is taken as a batch of 1; one more may be free, and the size decides it. A body
    /// for `BYTES` is one element, without its length.
    func rawInput(_ body: ByteBuffer) throws(InferenceError) -> InputTensor {
        guard inputs.count == 1, let input = inputs.first else {
            throw invalid("a raw binary request needs a model with one input, this one has \(inputs.count)")
        }
        var shape = input.shape
        if shape.count(where: { $0 == -1 }) > 1, shape.first == -1 { shape[0] = 1 }
        let free = shape.indices.filter { shape[$0] == -1 }
        guard free.count <= 1 else {
            throw invalid("a raw binary request needs an input with at most one free dimension, not \(input.shape)")
        }
        guard let width = input.datatype.width else { return try rawElement(body, of: input) }
        if let free = free.first {
            shape[free] = 1
            guard let count = Tensor.elementCount(of: shape), count > 0,
                case (let row, false) = count.multipliedReportingOverflow(by: width), body.readableBytes % row == 0
            else {
                throw invalid(
                    "a body of \(body.readableBytes) bytes is no multiple of what input '\(input.name)' of shape \(input.shape) takes"
                )
            }
            shape[free] = body.readableBytes / row
        }
        return InputTensor(name: input.name, datatype: input.datatype, shape: shape, bytes: .received(body))
    }

    private func rawElement(_ body: ByteBuffer, of input: TensorDescription) throws(InferenceError) -> InputTensor {
        let shape = input.shape.map { $0 == -1 ? 1 : $0 }
        guard Tensor.elementCount(of: shape) == 1, let length = UInt32(exactly: body.readableBytes) else {
            throw invalid("a raw binary request for BYTES needs an input of one element, not \(input.shape)")
        }
        var data = ByteBuffer()
        data.reserveCapacity(4 + body.readableBytes)
        data.writeInteger(length, endianness: .little)
        data.writeImmutableBuffer(body)
        return InputTensor(name: input.name, datatype: .bytes, shape: shape, bytes: .received(data))
    }
}
