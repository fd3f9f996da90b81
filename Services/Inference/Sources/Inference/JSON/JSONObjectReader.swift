import JSONText

/// Takes the members of a JSON object one by one, each with its type and range, and refuses what nobody took.
///
/// Messages name the member as a path from the document's root: `queue.requests`.
struct JSONObjectReader {
    private var members: [String: JSONValue]
    private let path: String
    private var known: [String] = []

    init(_ value: JSONValue, path: String = "") throws(InferenceError) {
        guard case .object(let members) = value else {
            throw InferenceError(
                .invalidModel, "\(path.isEmpty ? "the document" : path) is \(value.kind), not an object")
        }
        self.members = members
        self.path = path
    }

    /// Takes a member as it stands; nil when absent.
    mutating func take(_ key: String) -> JSONValue? {
        known.append(key)
        return members.removeValue(forKey: key)
    }

    mutating func string(_ key: String) throws(InferenceError) -> String? {
        guard let value = take(key) else { return nil }
        guard case .string(let text) = value else { throw mismatch(key, value, "a string") }
        return text
    }

    mutating func bool(_ key: String) throws(InferenceError) -> Bool? {
        guard let value = take(key) else { return nil }
        guard case .bool(let flag) = value else { throw mismatch(key, value, "a boolean") }
        return flag
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(InferenceError) -> Int? {
        guard let value = take(key) else { return nil }
        guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
            throw mismatch(key, value, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func number(_ key: String, in range: ClosedRange<Double>) throws(InferenceError) -> Double? {
        guard let value = take(key) else { return nil }
        let number: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number, _): number
            default: nil
            }
        guard let number, range.contains(number) else {
            throw mismatch(key, value, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The elements of an array; none when absent.
    mutating func elements(_ key: String) throws(InferenceError) -> [JSONValue] {
        guard let value = take(key) else { return [] }
        guard case .array(let elements) = value else { throw mismatch(key, value, "an array") }
        return elements
    }

    /// The members of an object, each made by `element`; empty when absent.
    mutating func dictionary<Element>(
        _ key: String, of what: String, _ element: (JSONValue) -> Element?
    ) throws(InferenceError) -> [String: Element] {
        guard let value = take(key) else { return [:] }
        guard case .object(let members) = value else { throw mismatch(key, value, "an object") }
        var result: [String: Element] = [:]
        for (name, value) in members {
            guard let converted = element(value) else { throw mismatch("\(key).\(name)", value, what) }
            result[name] = converted
        }
        return result
    }

    /// Refuses members that were not taken.
    func finish() throws(InferenceError) {
        guard let unknown = members.keys.sorted().first else { return }
        throw InferenceError(
            .invalidModel, "unknown key '\(full(unknown))'; known are: \(known.sorted().joined(separator: ", "))")
    }

    func mismatch(_ key: String, _ value: JSONValue, _ expected: String) -> InferenceError {
        let shown =
            switch value {
            case .integer(let number): String(number)
            case .number(_, let text): text
            case .string(let text): "\"\(text.prefix(100))\""
            case .bool(let flag): String(flag)
            default: value.kind
            }
        return InferenceError(.invalidModel, "'\(full(key))' is \(shown), expected \(expected)")
    }

    private func full(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }
}
