/// What a TeX log says went wrong.
package struct TeXLog: Sendable, Equatable {
    /// 1-based line of the source, where TeX names one.
    package var line: Int?
    package var message: String
    /// A picture file that TeX could not read.
    package var picture: String?

    /// Finds the first error in a log written with `-file-line-error`; nil if there is none.
    package init?(_ log: String, source: String) {
        let lines = log.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let error = Self.fileLineError(line, source: source) {
                self.line = error.line
                message = Self.explained(error.message, following: lines[(index + 1)...])
            } else if line.hasPrefix("! ") || line.hasPrefix("!pdfTeX error:") {
                message = String(line.drop { $0 == "!" || $0 == " " })
            } else {
                continue
            }
            picture = Self.picture(in: lines[index..<min(index + 4, lines.count)].joined())
            return
        }
        return nil
    }

    /// Reads a line such as `./report.tex:12: Undefined control sequence`.
    private static func fileLineError(_ line: Substring, source: String) -> (line: Int, message: String)? {
        var rest = line
        if rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        guard rest.hasPrefix(source + ":") else { return nil }
        let fields = rest.dropFirst(source.count + 1).split(separator: ":", maxSplits: 1)
        guard fields.count == 2, let number = Int(fields[0]) else { return nil }
        return (number, String(fields[1].drop { $0 == " " }))
    }

    /// Adds what TeX had read (`l.12 \foo`), which names the command at fault.
    private static func explained(_ message: String, following lines: ArraySlice<Substring>) -> String {
        guard let context = lines.prefix(12).first(where: { $0.hasPrefix("l.") }),
            let space = context.firstIndex(of: " ")
        else { return message }
        let read = context[space...].drop { $0 == " " }
        return read.isEmpty ? message : "\(message) (at \(read.suffix(80)))"
    }

    /// pdfTeX names the file it was reading: `!pdfTeX error: pdflatex (file ./p003.png): …`.
    private static func picture(in text: String) -> String? {
        guard let match = text.firstMatch(of: /p[0-9]{3,}\.(?:jpg|png)/) else { return nil }
        return String(match.output)
    }
}
