package import NIOCore

/// The element type of a tensor, named as in the Open Inference Protocol.
package enum TensorDatatype: String, Codable, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case fp16 = "FP16"
    case bf16 = "BF16"
    case fp32 = "FP32"
    case fp64 = "FP64"
    case bytes = "BYTES"

    /// Bytes per element; nil for `BYTES`, whose elements carry their own length.
    package var width: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16, .bf16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        case .bytes: nil
        }
    }
}

/// A named, dense, row-major array in little-endian bytes: the form in which tensors travel between services.
///
/// An element of `BYTES` is its length as a little-endian `UInt32`, then that many bytes.
package struct Tensor: Sendable, Equatable {
    package var name: String
    package var datatype: TensorDatatype
    package var shape: [Int]
    package var data: ByteBuffer

    package init(name: String, datatype: TensorDatatype, shape: [Int], data: ByteBuffer) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.data = data
    }

    /// The product of a shape; nil when a dimension is negative or the product does not fit an `Int`.
    package static func elementCount(of shape: [Int]) -> Int? {
        var count = 1
        for dimension in shape {
            guard dimension >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}

extension Tensor {
    /// A tensor of 64-bit integers, for example token ids.
    package init(name: String, shape: [Int], _ values: [Int64]) {
        self.init(name: name, datatype: .int64, shape: shape, data: Self.bytes(of: values))
    }

    /// A tensor of 32-bit floats.
    package init(name: String, shape: [Int], _ values: [Float]) {
        self.init(name: name, datatype: .fp32, shape: shape, data: Self.bytes(of: values))
    }

    /// The elements of an `FP32` tensor; nil for another datatype.
    package var floats: [Float]? {
        datatype == .fp32 ? elements(of: Float.self) : nil
    }

    /// The elements of an `INT64` tensor; nil for another datatype.
    package var integers: [Int64]? {
        datatype == .int64 ? elements(of: Int64.self) : nil
    }

    // Both platforms Quinion runs on, x86-64 and arm64, are little-endian, so bytes are memory.
    private static func bytes<Element: BitwiseCopyable>(of values: [Element]) -> ByteBuffer {
        values.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }

    private func elements<Element: BitwiseCopyable>(of type: Element.Type) -> [Element] {
        let count = data.readableBytes / MemoryLayout<Element>.stride
        return [Element](unsafeUninitializedCapacity: count) { target, initialized in
            data.withUnsafeReadableBytes { source in
                UnsafeMutableRawBufferPointer(target).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source.prefix(count * MemoryLayout<Element>.stride))
                )
            }
            initialized = count
        }
    }
}
