/// Columns of text, aligned; a cell longer than its column's limit ends in an ellipsis.
package struct TextTable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        let title: String
        let alignment: Alignment
        /// Characters of the longest cell.
        let limit: Int

        package init(title: String, alignment: Alignment = .left, limit: Int = 40) {
            self.title = title
            self.alignment = alignment
            self.limit = limit
        }
    }

    /// A cell's text and how it is coloured; the colour does not count for the width.
    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        var style: Terminal.Style?

        package init(_ text: String, _ style: Terminal.Style? = nil) {
            self.text = printable(text)
            self.style = style
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    package func lines(for terminal: Terminal) -> [String] {
        let widths = columns.indices.map { index in
            min(
                columns[index].limit,
                max(columns[index].title.count, rows.map { $0[index].text.count }.max() ?? 0))
        }
        func line(_ cells: [Cell]) -> String {
            var line = ""
            for (index, cell) in cells.enumerated() {
                let text = cell.text.count > widths[index] ? cell.text.prefix(widths[index] - 1) + "…" : cell.text
                let padding = String(repeating: " ", count: widths[index] - text.count)
                let styled = cell.style.map { terminal.styled(text, $0) } ?? text
                line += columns[index].alignment == .left ? styled + padding : padding + styled
                if index < cells.count - 1 { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        return [line(columns.map { Cell($0.title, .bold) })] + rows.map(line)
    }

    func print(to terminal: Terminal) {
        for line in lines(for: terminal) { terminal.print(line) }
    }
}
