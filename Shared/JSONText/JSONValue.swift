/// A small JSON document in memory.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is not an `Int64`, with its spelling; not finite only where the cursor allows it.
    case number(Double, String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads a whole document.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(bytes)
        self = try cursor.readValue()
        try cursor.expectEnd()
    }

    /// What it is, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONCursor {
    package mutating func readValue() throws(JSONError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try readObject { (cursor, key) throws(JSONError) in members[key] = try cursor.readValue() }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try readArray { (cursor) throws(JSONError) in elements.append(try cursor.readValue()) }
            return .array(elements)
        case UInt8(ascii: "\""):
            return .string(try readString())
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            return .bool(try readBool())
        case UInt8(ascii: "n"):
            try readNull()
            return .null
        default:
            if let value = try readNonFinite() { return .number(value, value.description) }
            let number = try readNumber()
            if let integer = number.integer(Int64.self) { return .integer(integer) }
            let text = text(of: number)
            guard let value = number.fastDouble ?? Double(text), value.isFinite else {
                throw error("\(text) is too large")
            }
            return .number(value, text)
        }
    }
}
