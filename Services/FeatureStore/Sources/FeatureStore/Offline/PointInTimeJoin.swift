/// Joins entity rows with what held of each view at each row's time.
///
/// As many rows come out as go in, in their order: a row is never found by its keys again.
struct PointInTimeJoin: Sendable {
    let storage: any FeatureStorage
    let selection: FeatureSelection
    let table: EntityTable
    let knownAt: Timestamp?
    /// The last row of the store that counts, so that blocks agree.
    let upTo: Int64

    /// Most rows that are joined and written at once.
    private static let block = 8192

    /// Joins the rows from `start` on, so many as fit the memory of one block.
    func block(from start: Int) async throws -> (rows: Range<Int>, grids: [CellGrid]) {
        let most = max(1, min(Self.block, OnlineLimits.cells / max(1, selection.outputs.count)))
        var block = start..<min(start + most, table.rows.count)
        while true {
            do {
                return (block, try await grids(block))
            } catch let error as FeatureStoreError where error.code == .answerTooLarge && block.count > 1 {
                block = start..<(start + block.count / 4 + 1)
            }
        }
    }

    /// One grid for each view, then one for each on-demand view; their rows are those of `block`.
    private func grids(_ block: Range<Int>) async throws -> [CellGrid] {
        var grids: [CellGrid] = []
        for (index, read) in selection.views.enumerated() {
            let keys = table.keys[table.keySets[index]]
            // Neighbours in the table are neighbours on disk.
            let sorted = block.sorted { left, right in
                keys[left] == keys[right]
                    ? table.times[left] < table.times[right]
                    : keys[left] < keys[right]
            }
            let rows = try await storage.pointInTime(
                PointInTimeRead(
                    view: read.view.id, ordinals: read.columns.map(\.ordinal), keys: sorted.map { keys[$0] },
                    times: sorted.map { table.times[$0] }, knownAt: knownAt, upTo: upTo))
            var places = [Int](repeating: 0, count: block.count)
            for (place, row) in sorted.enumerated() { places[row - block.lowerBound] = place }
            grids.append(CellGrid(read, rows.selecting(places)))
        }
        let stored = grids
        for derived in selection.derived {
            let fields = derived.fields.map { field in
                table.fields[selection.fields.firstIndex(of: field) ?? 0][block].map(\.self)
            }
            grids.append(
                try derived.grid(
                    block.count, fields: fields, grids: stored, place: { $1 },
                    time: { table.times[block.lowerBound + $0] }))
        }
        return grids
    }
}
