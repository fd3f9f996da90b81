import NIOCore
import ServiceAPI

/// A tensor on its way into an engine, without a copy of its bytes.
struct InputTensor: Sendable {
    var name: String
    var datatype: TensorDatatype
    var shape: [Int]
    var bytes: InputBytes

    init(name: String, datatype: TensorDatatype, shape: [Int], bytes: InputBytes) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.bytes = bytes
    }

    init(_ tensor: Tensor) {
        self.init(name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, bytes: .received(tensor.data))
    }

    /// What one model gave, for another that calls it `name`.
    init(_ output: OutputTensor, name: String) {
        self.init(name: name, datatype: output.datatype, shape: output.shape, bytes: .produced(output))
    }
}

/// The bytes of an input: those of a request's body, or another model's output.
enum InputBytes: Sendable {
    case received(ByteBuffer)
    case produced(OutputTensor)

    var count: Int {
        switch self {
        case .received(let buffer): buffer.readableBytes
        case .produced(let output): output.bytes.count
        }
    }

    func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .received(let buffer): try buffer.withUnsafeReadableBytes(body)
        case .produced(let output): try body(UnsafeRawBufferPointer(output.bytes))
        }
    }

    /// A part, which must lie within.
    func slice(_ range: Range<Int>) -> InputBytes {
        switch self {
        case .received(let buffer):
            .received(
                buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer())
        case .produced(let output):
            .produced(OutputTensor(range, of: output, shape: [range.count]))
        }
    }
}
