import Configuration
import FoundationEssentials

/// A configuration that is valid, with what a person may ask about it.
package struct Loaded<Config: ServiceConfig>: Sendable {
    package let config: Config
    package let effective: [EffectiveSetting]

    /// Reads the four sources, strongest first: flags, environment, JSON file, defaults.
    ///
    /// - Parameters:
    ///   - arguments: Flags without the program's name: `--http-port 8081`, `--http-port=8081`, `--access-log`.
    ///   - environment: Variables; those that begin with the service's prefix must be known keys.
    ///   - readFile: Reads the file that `--config` or the variable `…_CONFIG` names.
    /// - Throws: ``ConfigurationError`` with every problem found.
    package static func load(
        arguments: [String],
        environment: [String: String],
        readFile: (String) throws -> [UInt8] = { try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0))) }
    ) throws -> Loaded {
        let declared = declaredSettings()
        let prefix = Config.variablePrefix
        var problems: [ConfigurationError.Problem] = []

        let flags = FlagValues(arguments: arguments, declared: declared)
        problems += flags.problems

        let variables = VariableValues(environment: environment, prefix: prefix, declared: declared)
        problems += variables.problems

        var file = FileValues.none
        if let path = flags.file ?? variables.file {
            file = FileValues(path: path, declared: declared, read: readFile)
            problems += file.problems
        }

        let settings = Settings(layers: [
            .init(provider: flags.provider) { .flag($0.flag) },
            .init(provider: variables.provider) { .environment(prefix + $0.variable) },
            .init(provider: file.provider) { _ in .file(file.path) },
        ])
        let config = Config(settings)
        problems += settings.record.problems
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return Loaded(config: config, effective: settings.record.effective)
    }

    /// Every key the service knows, in reading order.
    package static func declaredSettings() -> [Setting] {
        let settings = Settings(layers: [])
        _ = Config(settings)
        return settings.record.declared
    }

    /// What `--print-config` prints: one `key = value  # source` a line.
    package var report: String {
        let width = effective.map { $0.key.count + $0.text.count }.max() ?? 0
        return effective.map { entry in
            let padding = String(repeating: " ", count: max(0, min(width, 72) - entry.key.count - entry.text.count))
            return "\(entry.key) = \(entry.text)\(padding)  # \(entry.source.description)"
        }.joined(separator: "\n")
    }

    /// What `--help` prints below the usage line: every key with its flag, default and what is allowed.
    package static var help: String {
        let common = [
            ("--config FILE", "Read values from a JSON file (also \(Config.variablePrefix)CONFIG)."),
            ("--print-config", "Print the effective configuration with each value's source and exit."),
            ("--check-health", "Ask the running service whether it is ready; exit 0 when it is, 1 when not."),
            ("--help", "Print this help and exit."),
        ].map { "  \($0.0)\n      \($0.1)" }
        let keys = declaredSettings().map { setting in
            """
              \(setting.flag)\(setting.isSwitch ? "" : " VALUE")
                  \(setting.help)
                  \(setting.allowed); default \(setting.defaultText.map { $0.isEmpty ? "empty" : $0 } ?? "none"); \
            \(Config.variablePrefix)\(setting.variable)
            """
        }
        return (common + keys).joined(separator: "\n")
    }
}
