import FoundationEssentials

/// A JSON object of a source file, whose values are taken by key, type and range.
///
/// A key that is absent or null has its default; without one it is an error that names file and key.
struct JSONDocument {
    let file: String
    private let values: [String: JSONValue]

    init(_ bytes: [UInt8], file: String) throws(ModelImportError) {
        guard case .object(let values) = try Self.parse(bytes, file: file) else {
            throw ModelImportError(.sourceInvalid, "is not a JSON object", file: file)
        }
        self.init(values, file: file)
    }

    private init(_ values: [String: JSONValue], file: String) {
        self.values = values
        self.file = file
    }

    /// The objects of a file that is a JSON array of objects.
    static func list(_ bytes: [UInt8], file: String) throws(ModelImportError) -> [JSONDocument] {
        guard case .array(let elements) = try parse(bytes, file: file) else {
            throw ModelImportError(.sourceInvalid, "is not a JSON array", file: file)
        }
        var documents: [JSONDocument] = []
        for element in elements {
            guard case .object(let values) = element else {
                throw ModelImportError(.sourceInvalid, "holds something other than objects", file: file)
            }
            documents.append(JSONDocument(values, file: file))
        }
        return documents
    }

    private static func parse(_ bytes: [UInt8], file: String) throws(ModelImportError) -> JSONValue {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw ModelImportError(.sourceInvalid, "is not valid JSON", file: file)
        }
    }

    func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default fallback: Int? = nil
    ) throws(ModelImportError) -> Int {
        try value(key, default: fallback, expected: "an integer from \(range.lowerBound) to \(range.upperBound)") {
            guard case .number(let number) = $0, let integer = Int(exactly: number), range ~= integer else {
                return nil
            }
            return integer
        }
    }

    func number(
        _ key: String,
        in range: ClosedRange<Double>,
        default fallback: Double? = nil
    ) throws(ModelImportError) -> Double {
        try value(key, default: fallback, expected: "a number from \(range.lowerBound) to \(range.upperBound)") {
            guard case .number(let number) = $0, range ~= number else { return nil }
            return number
        }
    }

    func bool(_ key: String, default fallback: Bool? = nil) throws(ModelImportError) -> Bool {
        try value(key, default: fallback, expected: "true or false") {
            guard case .bool(let bool) = $0 else { return nil }
            return bool
        }
    }

    func string(_ key: String, default fallback: String? = nil) throws(ModelImportError) -> String {
        try value(key, default: fallback, expected: "a string") {
            guard case .string(let string) = $0 else { return nil }
            return string
        }
    }

    func strings(_ key: String, default fallback: [String]? = nil) throws(ModelImportError) -> [String] {
        try value(key, default: fallback, expected: "a list of strings") {
            guard case .array(let elements) = $0 else { return nil }
            var strings: [String] = []
            for element in elements {
                guard case .string(let string) = element else { return nil }
                strings.append(string)
            }
            return strings
        }
    }

    /// Names of the classes of a head, one line each, from `id2label`, whose keys are "0", "1" and so on; without it there are
    /// two.
    func labels() throws(ModelImportError) -> [String] {
        let key = "id2label"
        return try value(key, default: ["LABEL_0", "LABEL_1"], expected: "an object that names the classes 0 to n") {
            guard case .object(let names) = $0, (1...65_536).contains(names.count) else { return nil }
            var labels: [String] = []
            for index in 0..<names.count {
                guard case .string(let name) = names[String(index)], !name.contains(where: \.isNewline) else {
                    return nil
                }
                labels.append(name)
            }
            return labels
        }
    }

    /// One of a closed list of words; a word outside it is unsupported.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        default fallback: Choice? = nil
    ) throws(ModelImportError) -> Choice {
        let word = try string(key, default: fallback?.rawValue)
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ModelImportError(
                .unsupported,
                "\"\(word.prefix(64))\" is not supported; one of \(known) is",
                file: file,
                key: key
            )
        }
        return choice
    }

    private func value<Value>(
        _ key: String,
        default fallback: Value?,
        expected: String,
        _ convert: (JSONValue) -> Value?
    ) throws(ModelImportError) -> Value {
        switch values[key] {
        case nil, .null:
            guard let fallback else {
                throw ModelImportError(.sourceInvalid, "is missing; expected \(expected)", file: file, key: key)
            }
            return fallback
        case .some(let found):
            guard let value = convert(found) else {
                throw ModelImportError(
                    .sourceInvalid,
                    "is \(found.kind); expected \(expected)",
                    file: file,
                    key: key
                )
            }
            return value
        }
    }
}
