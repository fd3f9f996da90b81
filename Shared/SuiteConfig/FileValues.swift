import Configuration
import FoundationEssentials

/// The JSON file's layer: nested objects whose leaves are declared keys.
struct FileValues {
    static let none = FileValues(path: "", problems: [], values: [:])

    let path: String
    let problems: [ConfigurationError.Problem]
    private let values: [AbsoluteConfigKey: ConfigValue]

    var provider: InMemoryProvider { InMemoryProvider(name: "file", values: values) }

    private init(path: String, problems: [ConfigurationError.Problem], values: [AbsoluteConfigKey: ConfigValue]) {
        self.path = path
        self.problems = problems
        self.values = values
    }

    init(path: String, declared: [Setting], read: (String) throws -> [UInt8]) {
        func unreadable(_ reason: String) -> FileValues {
            FileValues(
                path: path, problems: [.init(key: "config", source: "file \(path)", value: nil, allowed: reason)],
                values: [:])
        }
        let bytes: [UInt8]
        do { bytes = try read(path) } catch {
            self = unreadable("cannot be read: \(error)")
            return
        }
        guard bytes.count <= 1 << 20 else {
            self = unreadable("must be at most 1MiB")
            return
        }
        guard let root = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            self = unreadable("must be valid JSON")
            return
        }
        guard case .object(let members) = root else {
            self = unreadable("must be a JSON object")
            return
        }
        var byKey: [String: Setting] = [:]
        for setting in declared { byKey[setting.key] = setting }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var problems: [ConfigurationError.Problem] = []
        Self.flatten(members, below: []) { components, value in
            let key = components.joined(separator: ".")
            guard let setting = byKey[key] else { return false }
            if let text = value.text(structured: setting.isStructured) {
                values[AbsoluteConfigKey(components)] = .init(.string(text), isSecret: setting.isSecret)
            } else if value != .null {
                problems.append(
                    .init(key: key, source: "file \(path)", value: nil, allowed: "must be \(setting.allowed)"))
            }
            return true
        } unknown: { components in
            problems.append(
                .init(
                    key: components.joined(separator: "."), source: "file \(path)", value: nil,
                    allowed: "is not a known key; --help lists all"))
        }
        self.init(path: path, problems: problems, values: values)
    }

    private static func flatten(
        _ members: [String: JSONValue], below path: [String],
        leaf: ([String], JSONValue) -> Bool, unknown: ([String]) -> Void
    ) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let components = path + [name]
            if leaf(components, value) { continue }
            if case .object(let inner) = value, !inner.isEmpty {
                flatten(inner, below: components, leaf: leaf, unknown: unknown)
            } else {
                unknown(components)
            }
        }
    }
}
