import NIOCore
import ServiceAPI

/// Makes one vector of each text from its tokens' vectors.
struct Pooler: Sendable {
    let mode: ModelDirectory.Pooling
    let dimension: Int

    /// Pools a batch.
    ///
    /// - Parameters:
    ///   - output: 32-bit floats of the shape [texts, tokens, dimension].
    ///   - lengths: tokens of each text that are not padding.
    func pool(_ output: Tensor, lengths: [Int]) throws -> [[Float]] {
        guard output.datatype == .fp32, output.shape.count == 3, output.shape[0] == lengths.count,
            output.shape[2] == dimension, lengths.allSatisfy({ $0 <= output.shape[1] })
        else {
            throw LanguageProcessingError(
                .inferenceFailed,
                "inference answered \(output.name) as \(output.datatype.rawValue) \(output.shape), expected FP32 "
                    + "[\(lengths.count), \(lengths.max() ?? 0), \(dimension)]")
        }
        let stride = output.shape[1] * dimension
        return output.data.withUnsafeReadableBytes { bytes in
            lengths.indices.map { text in
                pool(bytes, from: text * stride, tokens: lengths[text])
            }
        }
    }

    private func pool(_ bytes: UnsafeRawBufferPointer, from first: Int, tokens: Int) -> [Float] {
        switch mode {
        case .cls:
            return row(bytes, first)
        case .lastToken:
            return row(bytes, first + max(0, tokens - 1) * dimension)
        case .max:
            var result = row(bytes, first)
            for token in 1..<max(1, tokens) {
                fold(bytes, first + token * dimension, into: &result) { Swift.max($0, $1) }
            }
            return result
        case .mean, .meanSqrtLength:
            var sum = [Float](repeating: 0, count: dimension)
            for token in 0..<tokens { fold(bytes, first + token * dimension, into: &sum) { $0 + $1 } }
            let divisor = mode == .mean ? Float(tokens) : Float(tokens).squareRoot()
            return sum.map { $0 / max(divisor, 1e-9) }
        case .weightedMean:
            var sum = [Float](repeating: 0, count: dimension)
            for token in 0..<tokens {
                let weight = Float(token + 1)
                fold(bytes, first + token * dimension, into: &sum) { $0 + $1 * weight }
            }
            let weights = Float(tokens * (tokens + 1) / 2)
            return sum.map { $0 / max(weights, 1e-9) }
        }
    }

    private func row(_ bytes: UnsafeRawBufferPointer, _ first: Int) -> [Float] {
        (0..<dimension).map { Self.float(bytes, first + $0) }
    }

    @inline(__always)
    private func fold(
        _ bytes: UnsafeRawBufferPointer, _ first: Int, into result: inout [Float], _ combine: (Float, Float) -> Float
    ) {
        result.withUnsafeMutableBufferPointer { result in
            for i in 0..<result.count { result[i] = combine(result[i], Self.float(bytes, first + i)) }
        }
    }

    /// Tensors lie in the body of an answer at any address, so loads cannot expect alignment.
    @inline(__always)
    private static func float(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Float>.size, as: Float.self)
    }
}

extension [Float] {
    /// Scaled to Euclidean length 1; a vector of zeros stays one.
    func normalized() -> [Float] {
        let length = Swift.max(reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        return map { $0 / length }
    }

    /// Sum of the products: the cosine of two normalised vectors.
    func dot(_ other: [Float]) -> Float {
        zip(self, other).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
