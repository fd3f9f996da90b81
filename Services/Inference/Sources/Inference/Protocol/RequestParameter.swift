/// The rules for `parameters` of a request, its inputs and its outputs: scalars, some of them reserved.
enum RequestParameter {
    static func read(_ cursor: inout JSONCursor, _ key: String) throws(JSONError) -> JSONValue {
        let value = try cursor.readValue()
        switch value {
        case .array, .object, .null:
            throw cursor.error("parameter '\(key)' is \(value.kind), expected a string, a number or a boolean")
        default:
            return value
        }
    }

    static func bool(_ value: JSONValue, _ key: String, _ cursor: JSONCursor) throws(JSONError) -> Bool {
        guard case .bool(let flag) = value else {
            throw cursor.error("parameter '\(key)' is \(value.kind), expected a boolean")
        }
        return flag
    }

    /// Why a parameter must be refused; nil when it may be ignored.
    static func fault(_ key: String, _ value: JSONValue) -> String? {
        switch key {
        case "priority", "timeout":
            // Hints, which this server does not follow yet; their type is checked so that a client's mistake shows.
            if case .integer(let number) = value, number >= 0 { return nil }
            return "parameter '\(key)' is \(value.kind), expected an integer of at least 0"
        case "sequence_id", "sequence_start", "sequence_end":
            return "parameter '\(key)': models with sequences are not supported"
        case "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size":
            return "parameter '\(key)': shared memory is not supported"
        case "headers":
            return "parameter 'headers' is reserved"
        default:
            return key.hasPrefix("triton_") ? "parameter '\(key)': names that begin with triton_ are reserved" : nil
        }
    }
}
