import JSONText

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

    static func count(_ value: JSONValue, _ key: String, _ cursor: JSONCursor) throws(JSONError) -> Int {
        guard case .integer(let number) = value, number >= 0, let count = Int(exactly: number) else {
            throw cursor.error("parameter '\(key)' is \(value.kind), expected an integer of at least 0")
        }
        return count
    }

    /// Why a parameter must be refused; nil when it may be ignored.
    static func fault(_ key: String) -> String? {
        switch key {
        case "sequence_id", "sequence_start", "sequence_end":
            "parameter '\(key)': models with sequences are not supported"
        case "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size":
            "parameter '\(key)': shared memory is not supported"
        case "headers":
            "parameter 'headers' is reserved"
        default:
            key.hasPrefix("triton_") ? "parameter '\(key)': names that begin with triton_ are reserved" : nil
        }
    }
}
