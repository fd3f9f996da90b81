import Foundation

/// Where human output goes: colours and progress only where a person looks.
package struct Terminal: Sendable {
    package enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// Whether standard output is a terminal that takes colours.
    let isColoured: Bool
    /// Whether progress may be redrawn on standard error.
    let isInteractive: Bool
    /// Columns of the terminal; `nil` when output goes to a file or pipe.
    let columns: Int?

    package static let standard = Terminal()

    /// Plain text, for files and tests.
    package static let plain = Terminal(isColoured: false, isInteractive: false, columns: nil)

    private init(isColoured: Bool, isInteractive: Bool, columns: Int?) {
        self.isColoured = isColoured
        self.isInteractive = isInteractive
        self.columns = columns
    }

    private init() {
        let environment = ProcessInfo.processInfo.environment
        let plain = environment["NO_COLOR"] != nil || environment["TERM"] == "dumb"
        isColoured = isatty(STDOUT_FILENO) == 1 && !plain
        isInteractive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        var size = winsize()
        columns = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    func styled(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A line on standard output.
    func print(_ line: String = "") {
        Self.write(line + "\n", to: .standardOutput)
    }

    /// A line on standard error, for what is not the result.
    func note(_ line: String) {
        Self.write(isInteractive ? "\r\u{1B}[K\(line)\n" : line + "\n", to: .standardError)
    }

    /// Replaces the progress line, where there is a terminal.
    func progress(_ text: String) {
        guard isInteractive else { return }
        Self.write("\r\u{1B}[K\(text.prefix((columns ?? 80) - 1))", to: .standardError)
    }

    /// Takes the progress line away.
    func clearProgress() {
        guard isInteractive else { return }
        Self.write("\r\u{1B}[K", to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away, as in `quinion documents | head`, is no failure of ours.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// Text that a document or file name brings, safe to print: control characters would steer the terminal.
package func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: " "
                default: scalar
                }
            }))
}
