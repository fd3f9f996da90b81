/// What a run of entity rows found in the history of each view.
struct JoinedRun: Sendable {
    struct Found: Sendable {
        /// Rows of the history, in the order of the reading.
        var parts: [StoredRows]
        /// For each entity row which of them is its, the parts counted through.
        var places: [Int32]
    }

    /// Most rows, and bytes of the history's, that are written at once.
    private static let blockRows = 8192
    private static let blockBytes = 8 << 20

    let rows: Range<Int>
    /// One for each view.
    let views: [Found]

    /// Rows from `start` on that are written at once.
    func block(from start: Int, outputs: Int) -> Range<Int> {
        let end = min(rows.upperBound, start + max(1, min(Self.blockRows, OnlineLimits.cells / max(1, outputs))))
        var bytes = 0
        for row in start..<end {
            for view in views { bytes += view.parts.size(at: view.places[row - rows.lowerBound]) }
            if bytes > Self.blockBytes { return start..<(row + 1) }
        }
        return start..<end
    }

    /// What entity rows found in a view's history, in their order.
    func found(_ block: Range<Int>, view: Int) -> StoredRows {
        let places = views[view].places[(block.lowerBound - rows.lowerBound)..<(block.upperBound - rows.lowerBound)]
        return StoredRows(views[view].parts, at: places)
    }
}
