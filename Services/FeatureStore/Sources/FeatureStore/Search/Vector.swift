/// Arithmetic on embeddings.
package enum Vector {
    /// Scaled to length 1; a vector without length stays as it is.
    package static func normalized(_ vector: [Float]) -> [Float] {
        let length = dot(vector, vector).squareRoot()
        return length > 0 && length.isFinite ? vector.map { $0 / length } : vector
    }

    /// The direction of the mean of normalised vectors; empty for none.
    package static func normalizedMean(_ vectors: [[Float]]) -> [Float] {
        guard var sum = vectors.first else { return [] }
        for vector in vectors.dropFirst() {
            for index in sum.indices { sum[index] += vector[index] }
        }
        return normalized(sum)
    }

    static func length(_ vector: [Float]) -> Float { dot(vector, vector).squareRoot() }

    static func squaredDistance(_ left: [Float], _ right: [Float]) -> Float {
        precondition(left.count == right.count)
        var sum: Float = 0
        for index in left.indices {
            let difference = left[index] - right[index]
            sum += difference * difference
        }
        return sum
    }

    package static func dot(_ left: [Float], _ right: [Float]) -> Float {
        precondition(left.count == right.count)
        return left.withUnsafeBufferPointer { leftBuffer in
            right.withUnsafeBufferPointer { rightBuffer in
                guard let left = leftBuffer.baseAddress, let right = rightBuffer.baseAddress else { return 0 }
                return dot(left, right, count: leftBuffer.count)
            }
        }
    }

    /// Eight sums at a time, which the compiler keeps in vector registers.
    @inline(__always)
    static func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int) -> Float {
        var sums = SIMD8<Float>.zero
        let whole = count & ~7
        var index = 0
        while index < whole {
            let a = UnsafeRawPointer(left + index).loadUnaligned(as: SIMD8<Float>.self)
            let b = UnsafeRawPointer(right + index).loadUnaligned(as: SIMD8<Float>.self)
            sums += a * b
            index += 8
        }
        var sum = sums.sum()
        while index < count {
            sum += left[index] * right[index]
            index += 1
        }
        return sum
    }
}
