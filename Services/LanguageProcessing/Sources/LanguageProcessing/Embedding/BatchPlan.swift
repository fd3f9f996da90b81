/// Cuts the texts of a request into batches of similar length.
///
/// A batch costs what its longest text costs times its size, because the others are padded: so texts are sorted by
/// length first, and a batch is full when its padded tokens reach the budget.
package struct BatchPlan: Sendable, Equatable {
    /// Indices of the texts, longest first: the slowest batches start first.
    package var batches: [[Int]]

    /// - Parameters:
    ///   - lengths: tokens of each text.
    ///   - budget: the most padded tokens of a batch; a single longer text is a batch of its own.
    ///   - largest: the most texts of a batch.
    package init(lengths: [Int], budget: Int, largest: Int) {
        let order = lengths.indices.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
        var batches: [[Int]] = []
        var longest = 0
        for index in order {
            if let size = batches.last?.count, size < largest, longest * (size + 1) <= budget {
                batches[batches.count - 1].append(index)
            } else {
                batches.append([index])
                longest = lengths[index]
            }
        }
        self.batches = batches
    }

    /// Share of padding among the tokens sent.
    package static func padding(_ batches: [[Int]], lengths: [Int]) -> Double {
        let sent = batches.reduce(0) { $0 + (($1.map { lengths[$0] }.max() ?? 0) * $1.count) }
        return sent == 0 ? 0 : 1 - Double(lengths.reduce(0, +)) / Double(sent)
    }
}
