import BackendABI
import ServiceAPI

/// The views of tensors that a plugin reads.
enum InputViews {
    /// Calls `body` with one view per tensor, over the tensors' own bytes where they are aligned.
    static func with<Result>(
        _ tensors: [InputTensor], _ body: (UnsafeBufferPointer<quinion_tensor>) -> Result
    ) -> Result {
        var views: [quinion_tensor] = []
        views.reserveCapacity(tensors.count)
        return extend(&views, with: tensors[...], body)
    }

    // One frame per tensor keeps every pointer inside the closure that lent it.
    private static func extend<Result>(
        _ views: inout [quinion_tensor], with tensors: ArraySlice<InputTensor>,
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
                            memory: quinion_memory(kind: QUINION_MEMORY_CPU, device: 0)))
                    return extend(&views, with: tensors.dropFirst(), body)
                }
            }
        }
    }
}

extension InputTensor {
    /// The bytes, copied only when they do not start at a multiple of the element's width.
    fileprivate func withAlignedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { bytes in
            let width = datatype.width ?? 1
            guard let address = bytes.baseAddress, Int(bitPattern: address) % width != 0 else { return body(bytes) }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
            defer { copy.deallocate() }
            copy.copyMemory(from: bytes)
            return body(UnsafeRawBufferPointer(copy))
        }
    }
}
