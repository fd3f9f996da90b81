import Configuration

/// The environment's layer.
struct VariableValues {
    /// Names that begin with `QUINION_` and are no configuration key: where engines and the sandbox launcher lie.
    static let reserved: Set<String> = ["QUINION_CACHE", "QUINION_SANDBOX"]

    let file: String?
    let problems: [ConfigurationError.Problem]
    let provider: InMemoryProvider

    init(environment: [String: String], prefix: String, declared: [Setting]) {
        var byName: [String: Setting] = [:]
        for setting in declared { byName[prefix + setting.variable] = setting }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var problems: [ConfigurationError.Problem] = []
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
            if name == prefix + "CONFIG" || Self.reserved.contains(name) { continue }
            guard let setting = byName[name] else {
                problems.append(
                    .init(
                        key: name, source: "environment", value: nil,
                        allowed: "is not a known variable; --help lists all"))
                continue
            }
            values[AbsoluteConfigKey(setting.key.split(separator: ".").map(String.init))] = .init(
                .string(value), isSecret: setting.isSecret)
        }
        self.file = environment[prefix + "CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        self.problems = problems
        self.provider = InMemoryProvider(name: "environment", values: values)
    }
}
