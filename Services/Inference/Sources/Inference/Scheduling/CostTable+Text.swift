extension CostTable {
    /// Cells that a file may have: sizes up to 2^32 along both axes.
    private static let nodeLimit = 64
    private static let cellLimit = 1024
    /// Nanoseconds per unit of `prior` that a model may take: a millisecond for one token is slow beyond all.
    private static let rates = 1e-3...1e9
    /// What a measurement of another process counts: soon outweighed by those of this one.
    private static let pastWeight = 1.0

    /// The table as lines: the mean of all, then rows' node, length's node and mean of each cell.
    var text: String {
        var lines = ["all \(overall.mean)"]
        for (index, cell) in cells.sorted(by: { $0.key < $1.key }).prefix(Self.cellLimit) where cell.weight > 0.5 {
            lines.append("\(index >> 8) \(index & 0xFF) \(cell.mean)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads what `text` wrote; nil when any of it cannot be a measurement.
    init?(text: Substring) {
        self.init()
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard let rate = fields.last.flatMap({ Double($0) }), Self.rates.contains(rate) else { return nil }
            if isEmpty {
                guard fields.count == 2, fields[0] == "all" else { return nil }
                overall = Cell(mean: rate, weight: Self.pastWeight)
                observations = 1
                continue
            }
            guard fields.count == 3, let row = Int(fields[0]), let column = Int(fields[1]),
                0..<Self.nodeLimit ~= row, 0..<Self.nodeLimit ~= column, cells.count < Self.cellLimit,
                cells.updateValue(Cell(mean: rate, weight: Self.pastWeight), forKey: Self.index(row, column)) == nil
            else { return nil }
        }
        guard !isEmpty else { return nil }
    }
}
