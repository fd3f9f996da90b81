import ServiceAPI

extension BatchLayout {
    /// Gives each request its rows of an output, without copying where they lie together.
    ///
    /// - Parameters:
    ///   - index: Of the output in the model.
    ///   - sizes: Of the requests of the batch, in its order.
    ///   - length: To which they were padded.
    func split(
        _ output: OutputTensor, index: Int, among sizes: [(rows: Int, length: Int)], length: Int
    ) throws(InferenceError) -> [OutputTensor] {
        if sizes.count == 1 { return [output] }
        let rows = sizes.reduce(0) { $0 + $1.rows }
        let dimension = outputs[index].raggedDimension
        guard output.shape.first == rows, dimension.map({ output.shape[$0] == length }) ?? true else {
            throw InferenceError(
                .engineFailed,
                "output '\(output.name)' has shape \(output.shape) for a batch of \(rows) rows of length \(length)")
        }
        let offset = output.rowOffsets(rows)
        var start = 0
        return sizes.map { size in
            defer { start += size.rows }
            var shape = output.shape
            shape[0] = size.rows
            let part = OutputTensor(offset(start)..<offset(start + size.rows), of: output, shape: shape)
            guard let dimension, size.length < length else { return part }
            return part.cut(along: dimension, to: size.length)
        }
    }

    /// Joins the answers to the parts of one request.
    static func join(_ parts: [[OutputTensor]]) -> [OutputTensor] {
        guard let first = parts.first, parts.count > 1 else { return parts.first ?? [] }
        return first.indices.map { index in
            let tensors = parts.map { $0[index] }
            var shape = first[index].shape
            shape[0] = tensors.reduce(0) { $0 + $1.shape[0] }
            let joined = OutputTensor(
                name: first[index].name, datatype: first[index].datatype, shape: shape,
                byteCount: tensors.reduce(0) { $0 + $1.bytes.count })
            var position = 0
            for tensor in tensors {
                joined.bytes[position...].copyBytes(from: tensor.bytes)
                position += tensor.bytes.count
            }
            return joined
        }
    }
}

extension OutputTensor {
    fileprivate func rowOffsets(_ rows: Int) -> (Int) -> Int {
        guard datatype == .bytes else {
            let width = bytes.count / max(1, rows)
            return { $0 * width }
        }
        let perRow = Tensor.elementCount(of: Array(shape.dropFirst())) ?? 1
        let starts = ByteElements(UnsafeRawBufferPointer(bytes)).starts(every: perRow)
        return { starts[min($0, starts.count - 1)] }
    }

    /// Leaves padding away; copies only when more than one run of bytes stays.
    fileprivate func cut(along dimension: Int, to length: Int) -> OutputTensor {
        var target = shape
        target[dimension] = length
        let inner = shape[(dimension + 1)...].reduce(datatype.width ?? 1, *)
        let outer = shape[..<dimension].reduce(1, *)
        let (run, padded) = (length * inner, shape[dimension] * inner)
        if outer == 1 { return OutputTensor(0..<run, of: self, shape: target) }
        let result = OutputTensor(name: name, datatype: datatype, shape: target, byteCount: outer * run)
        for index in 0..<outer {
            result.bytes[(index * run)...].copyBytes(from: bytes[index * padded..<index * padded + run])
        }
        return result
    }
}
