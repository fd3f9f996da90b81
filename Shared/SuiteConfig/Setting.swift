/// One configuration key as a service declares it: what `--help` prints and unknown keys are checked against.
package struct Setting: Sendable, Equatable {
    /// Dotted snake_case path, `http.idle_timeout`.
    package let key: String
    /// What a value may be, in words: `an integer from 1 to 64`.
    package let allowed: String
    /// The default as it would be written, or `nil` when the key may be absent.
    package let defaultText: String?
    package let help: String
    package let isSecret: Bool
    /// Whether a bare flag means `true`.
    package let isSwitch: Bool
    /// Whether the value is a JSON array or object, which a file writes as such and a flag or variable as JSON text.
    package let isStructured: Bool

    /// The command-line flag, `--http-idle-timeout`.
    package var flag: String { Setting.flag(for: key) }

    /// The environment variable without its prefix, `HTTP_IDLE_TIMEOUT`.
    package var variable: String { Setting.variable(for: key) }

    static func flag(for key: String) -> String {
        "--" + String(key.map { $0 == "." || $0 == "_" ? "-" : $0 })
    }

    static func variable(for key: String) -> String {
        String(key.map { $0 == "." ? "_" : $0 }).uppercased()
    }
}

/// Where a value came from, strongest first.
package enum SettingSource: Sendable, Equatable {
    case flag(String)
    case environment(String)
    case file(String)
    case defaultValue

    /// The source in words, with the name a person would look for.
    package var description: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment \(name)"
        case .file(let path): "file \(path)"
        case .defaultValue: "default"
        }
    }
}

/// A key's effective value and its source, for `--print-config` and `GET /v1/config`.
package struct EffectiveSetting: Sendable, Equatable {
    package let key: String
    /// The value as text; `<redacted>` for a secret that is set.
    package let text: String
    package let source: SettingSource
}
