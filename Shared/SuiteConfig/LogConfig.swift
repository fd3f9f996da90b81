/// How a service logs.
package struct LogConfig: Sendable {
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package enum Format: String, Sendable, CaseIterable {
        /// `text` on a terminal, `json` otherwise.
        case auto
        case json
        case text
    }

    package var level: Level
    package var format: Format

    package init(_ settings: Settings) {
        self.level = settings.choice("level", default: .info, help: "Least severe level that is logged.")
        self.format = settings.choice(
            "format", default: .auto, help: "Form of the log lines; auto is text on a terminal and JSON elsewhere.")
    }
}
