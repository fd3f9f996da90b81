package import ServiceAPI

/// Changes of the registry as a person reads them: `+` new, `~` changed, `↑` a new version, `-` removed.
package struct ChangeList {
    private let answer: ApplyAnswer

    package init(_ answer: ApplyAnswer) { self.answer = answer }

    func print(to terminal: Terminal, details: Bool) {
        for line in lines(for: terminal, details: details) { terminal.print(line) }
    }

    package func lines(for terminal: Terminal, details: Bool) -> [String] {
        guard !answer.changes.isEmpty else { return ["no changes; the registry is at generation \(answer.generation)"] }
        var lines: [String] = []
        for change in answer.changes {
            let (sign, style): (String, Terminal.Style) =
                switch change.action {
                case .create: ("+", .green)
                case .update: ("~", .yellow)
                case .newVersion: ("↑", .yellow)
                case .remove: ("-", .red)
                }
            let kind = change.kind.rawValue.replacing("_", with: " ")
            let version = change.version.map { "@v\($0)" } ?? ""
            lines.append(
                terminal.styled(
                    "\(sign) \(kind) \(printable(change.name))\(version)", change.destructive ? .red : style)
                    + (change.destructive ? "  (destructive)" : ""))
            if details { lines += change.details.map { "    " + printable($0) } }
        }
        return lines
    }
}
