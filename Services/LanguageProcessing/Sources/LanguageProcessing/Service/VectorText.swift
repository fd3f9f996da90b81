import NIOCore

/// Vectors as JSON, without `Codable`: a batch is tens of thousands of numbers.
enum VectorText {
    /// `[[0.1,-0.2],[…]]`, each number the shortest that reads back as the same 32-bit float.
    static func json(_ vectors: [[Float]]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(vectors.reduce(2) { $0 + $1.count * 14 + 3 })
        buffer.writeStaticString("[")
        for (i, vector) in vectors.enumerated() {
            if i > 0 { buffer.writeStaticString(",") }
            buffer.writeStaticString("[")
            for (j, component) in vector.enumerated() {
                if j > 0 { buffer.writeStaticString(",") }
                // JSON has no word for what is not finite; a model that answers it is broken.
                buffer.writeString(component.isFinite ? component.description : "null")
            }
            buffer.writeStaticString("]")
        }
        buffer.writeStaticString("]")
        return buffer
    }
}
