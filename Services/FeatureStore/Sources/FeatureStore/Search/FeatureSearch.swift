/// The entities of a view whose vectors are nearest to a query, by looking at all of them.
struct FeatureSearch: Sendable {
    enum Metric: Sendable {
        case euclidean, cosine, innerProduct

        /// As Feast's stores spell them; L2 by default.
        init?(_ name: String?) {
            switch name?.lowercased() {
            case nil, "l2", "euclidean": self = .euclidean
            case "cosine": self = .cosine
            case "inner_product", "ip", "dot": self = .innerProduct
            default: return nil
            }
        }

        /// Smaller is nearer.
        func distance(_ left: [Float], _ right: [Float]) -> Float {
            switch self {
            case .euclidean:
                zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            case .cosine: 1 - Vector.dot(Vector.normalized(left), Vector.normalized(right))
            case .innerProduct: -Vector.dot(left, right)
            }
        }
    }

    struct Hit: Sendable {
        var key: EntityKey
        var distance: Float
        var row: LatestRow
    }

    /// Rows read at once.
    private static let block = 2000

    let storage: any FeatureStorage

    /// The nearest, nearest first; vectors of another length, past their time to live or filtered out do not count.
    func nearest(
        _ query: [Float], in view: ViewVersion, column: ViewVersion.Column, count: Int, metric: Metric,
        filter: FeatureFilter?, now: Timestamp
    ) async throws -> [Hit] {
        var hits: [Hit] = []
        var last: EntityKey?
        while true {
            let (keys, rows) = try await storage.scanLatest(view: view.id, after: last, limit: Self.block)
            guard let end = keys.last else { return hits }
            last = end
            let grid = CellGrid(.init(view: view, columns: [column]), rows)
            for (index, key) in keys.enumerated() where grid.status(0, index, now: now) == .present {
                guard case .list(let elements) = grid.value(0, index), elements.count == query.count else { continue }
                let vector = elements.map { if case .float(let number) = $0 { number } else { Float.nan } }
                let distance = metric.distance(query, vector)
                guard distance.isFinite, hits.count < count || distance < hits[hits.count - 1].distance,
                    let row = rows[index], filter?.holds(row.cells.cells, key.values(view.joinKeys) ?? []) ?? true
                else { continue }
                let place = hits.firstIndex { distance < $0.distance } ?? hits.count
                hits.insert(Hit(key: key, distance: distance, row: row), at: place)
                if hits.count > count { hits.removeLast() }
            }
            try Task.checkCancellation()
        }
    }
}
