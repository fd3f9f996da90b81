import NIOCore
import ServiceAPI

extension BatchLayout {
    /// Cuts a request into parts of at most that many rows, without copying.
    func cut(_ tensors: [InputTensor], rows: Int, into partRows: Int) -> [[InputTensor]] {
        let offsets = tensors.map { $0.rowOffsets(rows) }
        return stride(from: 0, to: rows, by: partRows).map { start in
            let end = min(start + partRows, rows)
            return zip(tensors, offsets).map { tensor, offset in
                var part = tensor
                part.shape[0] = end - start
                part.bytes = tensor.bytes.slice(offset(start)..<offset(end))
                return part
            }
        }
    }

    /// Brings the inputs of requests together, shorter ones padded; one request's stay as they are.
    func join(_ requests: [[InputTensor]], rows: Int, length: Int) -> [InputTensor] {
        if requests.count == 1 { return requests[0] }
        return inputs.indices.map { index in
            var joined = requests[0][index]
            joined.shape[0] = rows
            let dimension = inputs[index].raggedDimension
            if let dimension { joined.shape[dimension] = length }
            let paddingByte = inputs[index].paddingByte
            var data = ByteBuffer()
            if let width = joined.datatype.width {
                data.reserveCapacity((Tensor.elementCount(of: joined.shape) ?? 0) * width)
            }
            for request in requests {
                let tensor = request[index]
                if let dimension, tensor.shape[dimension] < length {
                    tensor.write(
                        to: &data, padding: inputs[index].padding, paddingByte, along: dimension, to: length)
                } else {
                    tensor.bytes.withUnsafeBytes { _ = data.writeBytes($0) }
                }
            }
            joined.bytes = .received(data)
            return joined
        }
    }
}

extension InputTensor {
    /// Where rows start in the bytes.
    fileprivate func rowOffsets(_ rows: Int) -> (Int) -> Int {
        guard datatype == .bytes else {
            let width = bytes.count / max(1, rows)
            return { $0 * width }
        }
        let perRow = Tensor.elementCount(of: Array(shape.dropFirst())) ?? 1
        let starts = bytes.withUnsafeBytes { ByteElements($0).starts(every: perRow) }
        return { starts[min($0, starts.count - 1)] }
    }

    fileprivate func write(
        to target: inout ByteBuffer, padding: [UInt8], _ paddingByte: UInt8?, along dimension: Int, to length: Int
    ) {
        let width = padding.count
        let inner = shape[(dimension + 1)...].reduce(width, *)
        let outer = shape[..<dimension].reduce(1, *)
        let run = shape[dimension] * inner
        let gap = (length - shape[dimension]) * inner
        bytes.withUnsafeBytes { bytes in
            for index in 0..<outer {
                target.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[index * run..<(index + 1) * run]))
                if let paddingByte {
                    target.writeRepeatingByte(paddingByte, count: gap)
                } else {
                    for _ in 0..<gap / width { target.writeBytes(padding) }
                }
            }
        }
    }
}
