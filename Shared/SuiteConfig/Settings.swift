import Configuration

/// Reads typed values by key and remembers what was declared, what is in force and what was wrong.
///
/// A configuration struct reads every key exactly once in its initialiser; a wrong value is recorded as a problem and
/// the default stands in until ``Loaded`` refuses the whole. Not `Sendable`: it lives only while a configuration is read.
package final class Settings {
    /// One layer of values; providers answer text, which the typed reads below parse.
    struct Layer {
        let provider: any ConfigProvider
        let source: (Setting) -> SettingSource
    }

    /// What all scopes of one reading share.
    final class Record {
        let layers: [Layer]
        var declared: [Setting] = []
        var effective: [EffectiveSetting] = []
        var problems: [ConfigurationError.Problem] = []

        init(layers: [Layer]) { self.layers = layers }
    }

    let record: Record
    private let prefix: String

    init(layers: [Layer]) {
        self.record = Record(layers: layers)
        self.prefix = ""
    }

    private init(record: Record, prefix: String) {
        self.record = record
        self.prefix = prefix
    }

    /// The same reading, below `scope`.
    package func scoped(_ scope: String) -> Settings {
        Settings(record: record, prefix: prefix + scope + ".")
    }

    /// Reads one key: declares it, finds its text, parses it.
    ///
    /// - Parameter parse: `nil` when the text is not allowed.
    func read<Value>(
        _ key: String,
        default defaultValue: Value,
        defaultText: String?,
        allowed: String,
        help: String,
        isSecret: Bool = false,
        isSwitch: Bool = false,
        isStructured: Bool = false,
        parse: (String) -> Value?
    ) -> Value {
        let setting = Setting(
            key: prefix + key, allowed: allowed, defaultText: defaultText, help: help, isSecret: isSecret,
            isSwitch: isSwitch, isStructured: isStructured)
        record.declared.append(setting)
        guard let (text, source) = find(setting) else {
            record.effective.append(
                EffectiveSetting(key: setting.key, text: defaultText ?? "", source: .defaultValue))
            return defaultValue
        }
        guard let value = parse(text) else {
            record.problems.append(
                .init(
                    key: setting.key, source: source.description, value: isSecret ? nil : text,
                    allowed: "must be \(allowed)"))
            return defaultValue
        }
        record.effective.append(
            EffectiveSetting(key: setting.key, text: isSecret ? "<redacted>" : text, source: source))
        return value
    }

    /// Records a rule that spans several keys, such as `a <= b`.
    package func require(_ holds: Bool, key: String, _ rule: String) {
        guard !holds else { return }
        let key = prefix + key
        let entry = record.effective.first { $0.key == key }
        record.problems.append(
            .init(
                key: key, source: entry?.source.description ?? "default", value: entry?.text, allowed: rule))
    }

    private func find(_ setting: Setting) -> (text: String, source: SettingSource)? {
        let key = AbsoluteConfigKey(setting.key.split(separator: ".").map(String.init))
        for layer in record.layers {
            // The layers hold only strings, so a lookup as a string cannot fail on its type.
            guard let found = try? layer.provider.value(forKey: key, type: .string).value,
                case .string(let text) = found.content
            else { continue }
            return (text, layer.source(setting))
        }
        return nil
    }
}
