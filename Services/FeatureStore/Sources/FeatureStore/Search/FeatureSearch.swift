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
        /// - Parameter length: of `query`.
        func distance(_ query: [Float], length: Float, _ vector: [Float]) -> Float {
            switch self {
            case .euclidean: Vector.squaredDistance(query, vector).squareRoot()
            case .cosine: 1 - Vector.dot(query, vector) / Self.divisor(length * Vector.length(vector))
            case .innerProduct: -Vector.dot(query, vector)
            }
        }

        /// A vector without length has no direction; its products are 0.
        private static func divisor(_ product: Float) -> Float { product > 0 ? product : 1 }
    }

    struct Hit: Sendable {
        var key: EntityKey
        var distance: Float
        var row: LatestRow
    }

    /// Rows read at once.
    private static let block = 1000

    let storage: any FeatureStorage

    /// The nearest, nearest first; vectors of another length, past their time to live or filtered out do not count.
    func nearest(
        _ query: [Float], in view: ViewVersion, column: ViewVersion.Column, count: Int, metric: Metric,
        filter: FeatureFilter?, now: Timestamp
    ) async throws -> [Hit] {
        var hits: [Hit] = []
        var last: EntityKey?
        let length = Vector.length(query)
        var vector: [Float] = []
        vector.reserveCapacity(query.count)
        while true {
            let (keys, rows) = try await storage.scanLatest(view: view.id, after: last, limit: Self.block)
            guard let end = keys.last else { return hits }
            last = end
            let grid = CellGrid(.init(view: view, columns: [column]), rows)
            for (index, key) in keys.enumerated() where grid.status(0, index, now: now) == .present {
                guard grid.readVector(0, index, count: query.count, into: &vector) else { continue }
                let distance = metric.distance(query, length: length, vector)
                guard distance.isFinite, hits.count < count || distance < hits[hits.count - 1].distance,
                    let row = rows[index]
                else { continue }
                // Only what is near enough is looked at cell by cell.
                if let filter, !filter.holds(row.cells.cells, key.values(view.joinKeys) ?? []) { continue }
                let place = hits.firstIndex { distance < $0.distance } ?? hits.count
                hits.insert(Hit(key: key, distance: distance, row: row), at: place)
                if hits.count > count { hits.removeLast() }
            }
            try Task.checkCancellation()
        }
    }
}
