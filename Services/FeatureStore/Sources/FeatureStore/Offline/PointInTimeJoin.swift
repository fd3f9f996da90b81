/// Joins entity rows with what held of each view at each row's time.
///
/// As many rows come out as go in, in their order: a row is never found by its keys again. Rows are joined in long runs: a
/// run is sorted by entity and time, so that each view's history is gone through once and in its own order.
struct PointInTimeJoin: Sendable {
    let storage: any FeatureStorage
    let selection: FeatureSelection
    let table: EntityTable
    let knownAt: Timestamp?
    /// The last row of the store that counts, so that runs agree.
    let upTo: Int64

    /// Most rows of a run, the views together, and most bytes of the history's rows that it holds: what bounds the
    /// memory of a join beside its entity rows.
    private static let runRows = 1 << 20
    private static let runBytes = 128 << 20
    /// Runs of at least so many rows are read by two readers at once.
    private static let sharedRows = 4096

    private struct Order {
        var rows: [Int32]
        var places: [Int32]

        init(_ run: Range<Int>, keys: EntityKeys, times: [Timestamp]) {
            rows = EntityOrder.sorted(run, keys: keys, times: times)
            places = [Int32](repeating: 0, count: run.count)
            for (place, row) in rows.enumerated() { places[Int(row) - run.lowerBound] = Int32(place) }
        }
    }

    /// Joins the rows from `start` on, at most `most`, so many as fit a run.
    func run(from start: Int, most: Int = .max) async throws -> JoinedRun {
        var count = min(most, table.rows.count - start, max(1, Self.runRows / max(1, selection.views.count)))
        while true {
            do {
                return try await run(start..<(start + count))
            } catch let error as FeatureStoreError where error.code == .answerTooLarge && count > 1 {
                count = count / 4 + 1
            }
        }
    }

    private func run(_ rows: Range<Int>) async throws -> JoinedRun {
        var orders: [Int: Order] = [:]
        var found: [JoinedRun.Found] = []
        for (index, read) in selection.views.enumerated() {
            let set = table.keySets[index]
            let order = orders[set] ?? Order(rows, keys: table.keys[set], times: table.times)
            orders[set] = order
            found.append(.init(parts: try await parts(read, table.keys[set], order.rows), places: order.places))
        }
        return JoinedRun(rows: rows, views: found)
    }

    private func parts(
        _ read: FeatureSelection.ViewRead, _ keys: EntityKeys, _ rows: [Int32]
    ) async throws -> [StoredRows] {
        let most = Self.runBytes / selection.views.count
        guard rows.count >= Self.sharedRows else { return [try await found(read, keys, rows[...], most)] }
        async let second = found(read, keys, rows[(rows.count / 2)...], most / 2)
        let first = try await found(read, keys, rows[..<(rows.count / 2)], most / 2)
        return try await [first, second]
    }

    private func found(
        _ read: FeatureSelection.ViewRead, _ keys: EntityKeys, _ rows: ArraySlice<Int32>, _ most: Int
    ) async throws -> StoredRows {
        var read = PointInTimeRead(
            view: read.view.id, ordinals: read.columns.map(\.ordinal), keys: EntityKeys(keys, at: rows),
            times: rows.map { table.times[Int($0)] }, knownAt: knownAt, upTo: upTo)
        read.mostBytes = most
        return try await storage.pointInTime(read)
    }

    /// One grid for each view, then one for each on-demand view; their rows are those of `block`.
    func grids(_ block: Range<Int>, of run: JoinedRun) throws -> [CellGrid] {
        var grids = selection.views.enumerated().map { CellGrid($1, run.found(block, view: $0)) }
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
