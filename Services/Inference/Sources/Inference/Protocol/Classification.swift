import Glibc
import NIOCore
import ServiceAPI

/// The best classes of an output instead of its values, as a `BYTES` tensor of `value:index` or `value:index:label`.
enum Classification {
    /// Classes per row that a request may ask for.
    static let countLimit = 100_000
    private static let byteLimit = 64 << 20

    /// Ranks the elements of each row; a tensor of one dimension is one row.
    ///
    /// - Parameters:
    ///   - count: How many classes per row; more than there are answers all.
    ///   - labels: Of the classes, by index; may be shorter.
    /// - Returns: A tensor of shape `[rows, count]`, or `[count]` for one dimension.
    static func rank(_ tensor: OutputTensor, count: Int, labels: [String]) throws(InferenceError) -> OutputTensor {
        let isRow = tensor.shape.count < 2
        let rows = isRow ? 1 : tensor.shape[0]
        let elements = Tensor.elementCount(of: tensor.shape) ?? 0
        guard rows > 0, elements > 0 else {
            throw InferenceError(.invalidRequest, "output '\(tensor.name)' has no elements to classify")
        }
        let width = elements / rows
        let count = min(count, width)
        var bytes = ByteBuffer()
        for row in 0..<rows {
            let scores = try scores(of: tensor, (row * width)..<((row + 1) * width))
            for index in top(count, of: scores) {
                var text = scores[index].text + ":\(index)"
                if index < labels.count { text += ":" + labels[index] }
                bytes.writeInteger(UInt32(text.utf8.count), endianness: .little)
                bytes.writeString(text)
            }
            guard bytes.readableBytes <= byteLimit else {
                throw InferenceError(
                    .invalidRequest, "the classes of output '\(tensor.name)' take more than \(byteLimit) bytes")
            }
        }
        let ranked = OutputTensor(
            name: tensor.name, datatype: .bytes, shape: isRow ? [count] : [rows, count],
            byteCount: bytes.readableBytes)
        bytes.withUnsafeReadableBytes { ranked.bytes.copyMemory(from: $0) }
        return ranked
    }

    /// Positions of the largest scores, best first; of equals the earlier one, and NaN last.
    private static func top(_ count: Int, of scores: [Score]) -> [Int] {
        guard count <= 64 else {
            return Array(
                scores.indices.sorted {
                    scores[$0].beats(scores[$1]) || ($0 < $1 && !scores[$1].beats(scores[$0]))
                }.prefix(count))
        }
        var best: [Int] = []
        best.reserveCapacity(count + 1)
        for index in scores.indices {
            // One comparison for most of many scores.
            if best.count == count, !scores[index].beats(scores[best[count - 1]]) { continue }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if scores[index].beats(scores[best[middle]]) { high = middle } else { low = middle + 1 }
            }
            best.insert(index, at: low)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    private static func scores(of tensor: OutputTensor, _ range: Range<Int>) throws(InferenceError) -> [Score] {
        let bytes = UnsafeRawBufferPointer(tensor.bytes)
        func load<Element: BitwiseCopyable>(_ type: Element.Type, _ score: (Element) -> Score) -> [Score] {
            range.map { score(bytes.load(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)) }
        }
        switch tensor.datatype {
        case .fp32: return load(Float.self) { .real(Double($0)) }
        case .fp64: return load(Double.self) { .real($0) }
        case .uint8: return load(UInt8.self) { .integer(Int64($0)) }
        case .uint16: return load(UInt16.self) { .integer(Int64($0)) }
        case .uint32: return load(UInt32.self) { .integer(Int64($0)) }
        case .int8: return load(Int8.self) { .integer(Int64($0)) }
        case .int16: return load(Int16.self) { .integer(Int64($0)) }
        case .int32: return load(Int32.self) { .integer(Int64($0)) }
        case .int64: return load(Int64.self) { .integer($0) }
        case .bool, .uint64, .fp16, .bf16, .bytes:
            throw InferenceError(
                .invalidRequest,
                "output '\(tensor.name)' is \(tensor.datatype.rawValue), which cannot be asked for as classification")
        }
    }
}

/// One element of a row, compared without loss.
private enum Score {
    case real(Double)
    case integer(Int64)

    func beats(_ other: Score) -> Bool {
        switch (self, other) {
        case (.real(let left), .real(let right)): left > right || (right.isNaN && !left.isNaN)
        case (.integer(let left), .integer(let right)): left > right
        default: false
        }
    }

    /// As C++'s `std::to_string` spells it, because that is what clients parse: six digits after the point.
    var text: String {
        switch self {
        case .integer(let value):
            return String(value)
        case .real(let value):
            // The largest double has 309 digits before the point.
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
                withVaList([value]) { _ = vsnprintf(buffer.baseAddress, buffer.count, "%f", $0) }
                return String(cString: buffer.baseAddress!)
            }
        }
    }
}
