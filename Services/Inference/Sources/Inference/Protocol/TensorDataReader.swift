import JSONText
import NIOCore
import ServiceAPI

/// Reads the `data` of a tensor, flat or nested, from JSON straight into its bytes.
enum TensorDataReader {
    static func read(
        _ cursor: inout JSONCursor, _ datatype: TensorDatatype, _ shape: [Int], _ name: String
    ) throws(JSONError) -> ByteBuffer {
        switch datatype {
        case .bool:
            try numbers(&cursor, shape, name) { (cursor) throws(JSONError) -> UInt8 in try cursor.readBool() ? 1 : 0 }
        case .uint8: try integers(UInt8.self, &cursor, shape, name)
        case .uint16: try integers(UInt16.self, &cursor, shape, name)
        case .uint32: try integers(UInt32.self, &cursor, shape, name)
        case .uint64: try integers(UInt64.self, &cursor, shape, name)
        case .int8: try integers(Int8.self, &cursor, shape, name)
        case .int16: try integers(Int16.self, &cursor, shape, name)
        case .int32: try integers(Int32.self, &cursor, shape, name)
        case .int64: try integers(Int64.self, &cursor, shape, name)
        case .fp32: try numbers(&cursor, shape, name) { (cursor) throws(JSONError) in try cursor.readFloat() }
        case .fp64: try numbers(&cursor, shape, name) { (cursor) throws(JSONError) in try cursor.readDouble() }
        case .bytes: try strings(&cursor, shape, name)
        case .fp16, .bf16:
            throw cursor.error(
                "input '\(name)': \(datatype.rawValue) has no JSON form, send it in binary form (binary_data_size)")
        }
    }

    private static func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type, _ cursor: inout JSONCursor, _ shape: [Int], _ name: String
    ) throws(JSONError) -> ByteBuffer {
        try numbers(&cursor, shape, name) { (cursor) throws(JSONError) in try cursor.readInteger(Integer.self) }
    }

    @inline(__always)
    private static func numbers<Element: BitwiseCopyable>(
        _ cursor: inout JSONCursor, _ shape: [Int], _ name: String,
        _ read: (inout JSONCursor) throws(JSONError) -> Element
    ) throws(JSONError) -> ByteBuffer {
        let capacity = try expectedCount(cursor, shape, name)
        var count = 0
        var failure: JSONError?
        var buffer = ByteBuffer()
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity * MemoryLayout<Element>.stride) { target in
            do throws(JSONError) {
                try elements(&cursor, depth: shape.count) { (cursor) throws(JSONError) in
                    guard count < capacity else { throw tooMany(cursor, capacity, shape, name) }
                    target.storeBytes(
                        of: try read(&cursor), toByteOffset: count * MemoryLayout<Element>.stride, as: Element.self)
                    count += 1
                }
            } catch {
                failure = error
            }
            return count * MemoryLayout<Element>.stride
        }
        if let failure { throw failure }
        guard count == capacity else { throw wrongCount(cursor, count, shape, name) }
        return buffer
    }

    private static func strings(_ cursor: inout JSONCursor, _ shape: [Int], _ name: String) throws(JSONError)
        -> ByteBuffer
    {
        let capacity = try expectedCount(cursor, shape, name)
        var count = 0
        var buffer = ByteBuffer()
        try elements(&cursor, depth: shape.count) { (cursor) throws(JSONError) in
            guard count < capacity else { throw tooMany(cursor, capacity, shape, name) }
            let text = try cursor.readString()
            buffer.writeInteger(UInt32(text.utf8.count), endianness: .little)
            buffer.writeString(text)
            count += 1
        }
        guard count == capacity else { throw wrongCount(cursor, count, shape, name) }
        return buffer
    }

    /// Calls `element` for each scalar of an array that nests at most as deep as the shape has dimensions.
    @inline(__always)
    private static func elements(
        _ cursor: inout JSONCursor, depth: Int, _ element: (inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) {
        try nested(&cursor, depth: max(depth, 1), element)
    }

    private static func nested(
        _ cursor: inout JSONCursor, depth: Int, _ element: (inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) {
        try cursor.readArray { (cursor) throws(JSONError) in
            guard cursor.peek() == UInt8(ascii: "[") else { return try element(&cursor) }
            guard depth > 1 else { throw cursor.error("'data' nests deeper than its shape has dimensions") }
            try nested(&cursor, depth: depth - 1, element)
        }
    }

    /// The number of elements of the shape, refused before any memory is taken when the rest of the text is too short.
    private static func expectedCount(_ cursor: JSONCursor, _ shape: [Int], _ name: String) throws(JSONError) -> Int {
        // Every element needs a character and a comma or bracket.
        guard let count = Tensor.elementCount(of: shape), count <= cursor.remaining / 2 + 1 else {
            throw cursor.error("input '\(name)': 'data' has fewer elements than shape \(shape) needs")
        }
        return count
    }

    private static func tooMany(_ cursor: JSONCursor, _ expected: Int, _ shape: [Int], _ name: String) -> JSONError {
        cursor.error("input '\(name)': 'data' has more than the \(expected) elements of shape \(shape)")
    }

    private static func wrongCount(_ cursor: JSONCursor, _ count: Int, _ shape: [Int], _ name: String) -> JSONError {
        cursor.error("input '\(name)': 'data' has \(count) elements, fewer than shape \(shape) needs")
    }
}

extension JSONCursor {
    @inline(__always)
    fileprivate mutating func readInteger<Integer: FixedWidthInteger>(
        _ type: Integer.Type
    ) throws(JSONError) -> Integer {
        let number = try readNumber()
        guard let value = number.integer(Integer.self) else {
            throw error("\(text(of: number).prefix(40)) is not an integer from \(Integer.min) to \(Integer.max)")
        }
        return value
    }

    @inline(__always)
    fileprivate mutating func readFloat() throws(JSONError) -> Float {
        let number = try readNumber()
        guard let value = number.fastFloat ?? Float(text(of: number)), value.isFinite else {
            throw error("\(text(of: number).prefix(40)) does not fit FP32")
        }
        return value
    }

    @inline(__always)
    fileprivate mutating func readDouble() throws(JSONError) -> Double {
        let number = try readNumber()
        guard let value = number.fastDouble ?? Double(text(of: number)), value.isFinite else {
            throw error("\(text(of: number).prefix(40)) does not fit FP64")
        }
        return value
    }
}
