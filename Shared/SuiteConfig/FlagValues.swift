import Configuration

/// The command line's layer.
struct FlagValues {
    private(set) var file: String?
    private(set) var problems: [ConfigurationError.Problem] = []
    private var values: [AbsoluteConfigKey: ConfigValue] = [:]

    var provider: InMemoryProvider { InMemoryProvider(name: "flags", values: values) }

    init(arguments: [String], declared: [Setting]) {
        var byFlag: [String: Setting] = [:]
        for setting in declared { byFlag[setting.flag] = setting }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            var value = parts.count == 2 ? String(parts[1]) : nil
            guard name == "--config" || byFlag[name] != nil else {
                problems.append(
                    .init(
                        key: name, source: "flag", value: nil, allowed: "is not a known flag; --help lists all"))
                if value == nil, let next = rest.first, !next.hasPrefix("--") { rest.removeFirst() }
                continue
            }
            let setting = byFlag[name]
            if value == nil {
                if let next = rest.first, !next.hasPrefix("--") {
                    value = rest.popFirst()
                } else if setting?.isSwitch == true {
                    value = "true"
                }
            }
            guard let value else {
                problems.append(.init(key: name, source: "flag", value: nil, allowed: "needs a value"))
                continue
            }
            guard let setting else {
                file = value
                continue
            }
            values[AbsoluteConfigKey(setting.key.split(separator: ".").map(String.init))] = .init(
                .string(value), isSecret: setting.isSecret)
        }
    }
}
