/// Cuts waiting requests of different lengths into batches that together take the least time.
struct LengthCut {
    private let batching: Batching
    private let costs: CostTable

    init(_ batching: Batching, costs: CostTable) {
        self.batching = batching
        self.costs = costs
    }

    /// Which of the requests run together with the first of them, by index, ascending.
    ///
    /// Sorted by length, a best set of batches is a row of neighbours, found by dynamic programming: the best cut of
    /// the first `n` ends in some batch `i..<n`, before which lies the best cut of the first `i`.
    func batchOfFirst(among requests: [ScheduledRequest]) -> [Int] {
        guard requests.count > 1 else { return Array(requests.indices) }
        let sorted = requests.indices.sorted { (requests[$0].length, $0) < (requests[$1].length, $1) }
        let starts = bestStarts(sorted.map { requests[$0] })
        var end = sorted.count
        while true {
            let members = sorted[starts[end]..<end]
            if members.contains(0) { return members.sorted() }
            end = starts[end]
        }
    }

    /// Per number of requests, where the last batch of their best cut starts.
    private func bestStarts(_ sorted: [ScheduledRequest]) -> [Int] {
        var best = [0.0]
        var starts = [0]
        var column: [Double] = []
        var columnLength = 0
        for end in 1...sorted.count {
            let length = sorted[end - 1].length
            if length != columnLength {
                columnLength = length
                column = costs.column(length: length, upTo: batching.maxBatchSize)
            }
            var fill = BatchFill(batching)
            var (least, leastStart) = (Double.infinity, end - 1)
            var rows = 0
            for start in (0..<end).reversed() {
                guard fill.add(sorted[start]) else { break }
                rows += sorted[start].rows
                let time = best[start] + column[min(rows, column.count) - 1]
                if time < least { (least, leastStart) = (time, start) }
            }
            best.append(least)
            starts.append(leastStart)
        }
        return starts
    }
}
