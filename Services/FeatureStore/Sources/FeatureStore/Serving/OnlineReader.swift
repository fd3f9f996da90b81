import ServiceAPI

/// Reads the latest values of features.
package struct OnlineReader: Sendable {
    let storage: any FeatureStorage

    /// The answer to a request before it is written.
    struct Answer: Sendable {
        var selection: FeatureSelection
        var entities: EntityColumns
        /// One for each view of the selection, with a row for each distinct entity; then one for each on-demand view, with
        /// the request's rows.
        var grids: [CellGrid]
        /// For each view the grid's row of each of the request's rows.
        var places: [[Int]]
        var now: Timestamp
    }

    /// Reads all views in one round trip and of one snapshot.
    func read(_ selection: FeatureSelection, _ entities: EntityColumns, at now: Timestamp) async throws -> Answer {
        try OnlineLimits.check(rows: entities.count, outputs: selection.outputs.count)
        var byJoinKeys: [[String]: (keys: [EntityKey], places: [Int])] = [:]
        var reads: [LatestRead] = []
        var places: [[Int]] = []
        for read in selection.views {
            // Views of the same entity share their keys. Types may differ between versions, so they are part of this.
            let names = read.view.joinKeys.map { "\($0.name) \($0.type)" }
            let distinct = try byJoinKeys[names] ?? Self.distinct(try entities.keys(of: read.view))
            byJoinKeys[names] = distinct
            reads.append(LatestRead(view: read.view.id, keys: distinct.keys))
            places.append(distinct.places)
        }
        let rows =
            entities.count == 0 || reads.isEmpty ? reads.map { _ in StoredRows() } : try await storage.latest(reads)
        var grids = zip(selection.views, rows).map { CellGrid($0, $1) }
        let stored = (grids: grids, places: places)
        for derived in selection.derived {
            grids.append(
                try derived.grid(
                    entities.count, fields: try derived.fields.map { try entities.values(of: $0) }, grids: stored.grids,
                    place: { stored.places[$0][$1] }, time: { _ in now }))
            places.append(Array(0..<entities.count))
        }
        return Answer(selection: selection, entities: entities, grids: grids, places: places, now: now)
    }

    /// Each key once, and for each of the given ones which it is.
    private static func distinct(_ keys: [EntityKey]) -> (keys: [EntityKey], places: [Int]) {
        var indices: [EntityKey: Int] = [:]
        indices.reserveCapacity(keys.count)
        var distinct: [EntityKey] = []
        distinct.reserveCapacity(keys.count)
        let places = keys.map { key in
            if let known = indices[key] { return known }
            indices[key] = distinct.count
            distinct.append(key)
            return distinct.count - 1
        }
        return (distinct, places)
    }
}
