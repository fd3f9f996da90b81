import JSONText

/// A message in protobuf's text format, as Triton's `config.pbtxt` is one.
///
/// The format does not say which fields are lists or maps; the reader is told their names. See
/// https://protobuf.dev/reference/protobuf/textformat-spec/; names of extensions and of `Any` are left out.
struct ProtobufText {
    /// Fields that hold a list, whatever their message.
    let lists: Set<String>
    /// Fields that hold a map, whatever their message: its entries are messages of `key` and `value`.
    let maps: Set<String>

    private static let depthLimit = 32

    /// Reads a whole message as an object; enumerated values become strings.
    ///
    /// A field that is no list but occurs more than once becomes one: what reads the object then says what it expected.
    ///
    /// - Throws: `invalidModel` with the line.
    func read(_ bytes: [UInt8]) throws(InferenceError) -> JSONValue {
        var cursor = ProtobufTextCursor(bytes)
        return try message(&cursor, until: nil, depth: 0)
    }

    private func message(
        _ cursor: inout ProtobufTextCursor, until close: UInt8?, depth: Int
    ) throws(InferenceError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw cursor.error("messages are nested deeper than \(Self.depthLimit)") }
        var fields: [String: [JSONValue]] = [:]
        while true {
            if let close, cursor.take(close) { break }
            guard let name = cursor.name() else {
                guard close == nil, cursor.isAtEnd else {
                    throw cursor.error("expected the name of a field")
                }
                break
            }
            fields[name, default: []] += try values(&cursor, of: name, depth: depth)
            if !cursor.take(UInt8(ascii: ",")) { _ = cursor.take(UInt8(ascii: ";")) }
        }
        var members: [String: JSONValue] = [:]
        for (name, values) in fields {
            members[name] =
                if maps.contains(name) {
                    try map(values, name, cursor)
                } else {
                    lists.contains(name) || values.count != 1 ? .array(values) : values[0]
                }
        }
        return .object(members)
    }

    /// `: 1`, `: [1, 2]`, `{ … }`, `[{ … }, { … }]`.
    private func values(
        _ cursor: inout ProtobufTextCursor, of name: String, depth: Int
    ) throws(InferenceError) -> [JSONValue] {
        let hasColon = cursor.take(UInt8(ascii: ":"))
        guard cursor.take(UInt8(ascii: "[")) else { return [try value(&cursor, of: name, hasColon, depth)] }
        var values: [JSONValue] = []
        while !cursor.take(UInt8(ascii: "]")) {
            if !values.isEmpty, !cursor.take(UInt8(ascii: ",")) { throw cursor.error("expected ',' or ']'") }
            values.append(try value(&cursor, of: name, hasColon, depth))
        }
        return values
    }

    private func value(
        _ cursor: inout ProtobufTextCursor, of name: String, _ hasColon: Bool, _ depth: Int
    ) throws(InferenceError) -> JSONValue {
        if cursor.take(UInt8(ascii: "{")) {
            return try message(&cursor, until: UInt8(ascii: "}"), depth: depth + 1)
        }
        if cursor.take(UInt8(ascii: "<")) {
            return try message(&cursor, until: UInt8(ascii: ">"), depth: depth + 1)
        }
        guard hasColon else { throw cursor.error("expected ':' or '{' after '\(name.prefix(100))'") }
        return try cursor.scalar()
    }

    private func map(
        _ entries: [JSONValue], _ name: String, _ cursor: ProtobufTextCursor
    ) throws(InferenceError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for entry in entries {
            guard case .object(let entry) = entry, let value = entry["value"] else {
                throw InferenceError(.invalidModel, "'\(name)' has an entry that is not of a key and a value")
            }
            let key: String
            switch entry["key"] {
            case .string(let text): key = text
            case .integer(let number): key = String(number)
            default: throw InferenceError(.invalidModel, "'\(name)' has an entry without a key")
            }
            guard members.updateValue(value, forKey: key) == nil else {
                throw InferenceError(.invalidModel, "'\(name)' has the key '\(key.prefix(100))' twice")
            }
        }
        return .object(members)
    }
}
