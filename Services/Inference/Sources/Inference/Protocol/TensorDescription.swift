package import ServiceAPI

package typealias TensorDescription = ModelMetadata.TensorDescription

extension TensorDescription {
    /// Whether a shape has the rank and the fixed dimensions declared here.
    func matches(_ candidate: [Int]) -> Bool {
        candidate.count == shape.count && zip(shape, candidate).allSatisfy { $0 == -1 || $0 == $1 }
    }
}

/// The elements of a `BYTES` tensor: per element a little-endian `UInt32` length, then that many bytes.
struct ByteElements: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next element; nil at the end, and where the bytes are malformed.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard bytes.count - position >= 4 else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        guard length <= bytes.count - position - 4 else { return nil }
        defer { position += 4 + length }
        return UnsafeRawBufferPointer(rebasing: bytes[(position + 4)..<(position + 4 + length)])
    }

    /// Where every so many elements start, and where the last ends.
    func starts(every count: Int) -> [Int] {
        var elements = self
        var starts = [0]
        var seen = 0
        while elements.next() != nil {
            seen += 1
            if seen.isMultiple(of: count) { starts.append(elements.position) }
        }
        return starts
    }

    /// What is wrong with these bytes as a tensor of that shape; nil if nothing is.
    func fault(in shape: [Int]) -> String? {
        var elements = self
        var count = 0
        while elements.next() != nil { count += 1 }
        guard elements.position == bytes.count else {
            return "incomplete string length indicator or string at byte \(elements.position) of \(bytes.count)"
        }
        guard count == Tensor.elementCount(of: shape) else {
            return "unexpected number of string elements: \(count) for shape \(shape)"
        }
        return nil
    }
}
