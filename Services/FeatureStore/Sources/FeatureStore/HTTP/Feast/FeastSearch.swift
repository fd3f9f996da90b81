import JSONText
import NIOCore
import ServiceAPI

/// Feast's `POST /search`: body and answer.
struct FeastSearch {
    private var features: [String] = []
    private var query: [Float] = []
    private var count = 10
    private var metric: String?
    private var filters = JSONValue.null

    /// Most entities of an answer.
    private static let most = 1000

    init(_ body: ByteBuffer) throws {
        var features: [String] = []
        var query: [Float]?
        var count = 10
        var metric: String?
        var text: String?
        var filters = JSONValue.null
        try JSONRequest.read(body) { (cursor, key) throws(JSONError) in
            switch key {
            case "features" where cursor.peek() == UInt8(ascii: "["):
                try cursor.readArray { (cursor) throws(JSONError) in features.append(try cursor.readString()) }
            case "query" where cursor.peek() == UInt8(ascii: "["):
                var vector: [Float] = []
                try cursor.readArray { (cursor) throws(JSONError) in
                    let number = try cursor.readNumber()
                    guard let value = number.fastFloat ?? Float(cursor.text(of: number)) else {
                        throw cursor.error("not a number")
                    }
                    vector.append(value)
                }
                query = vector
            case "top_k" where cursor.peek() != UInt8(ascii: "n"):
                guard let number = try cursor.readNumber().integer(Int.self) else { throw cursor.error("not whole") }
                count = number
            case "distance_metric" where cursor.peek() == UInt8(ascii: "\""): metric = try cursor.readString()
            case "query_string" where cursor.peek() == UInt8(ascii: "\""): text = try cursor.readString()
            case "filters": filters = try cursor.readValue()
            default: try cursor.skipValue()
            }
        }
        guard text == nil else {
            throw FeatureStoreError(
                .invalidField, "query_string is not searched by; POST /v1/search finds documents by words",
                field: "query_string")
        }
        guard let query, !query.isEmpty else {
            throw FeatureStoreError(.invalidField, "query is a vector", field: "query")
        }
        guard (1...Self.most).contains(count) else {
            throw FeatureStoreError(.invalidField, "top_k is from 1 to \(Self.most)", field: "top_k")
        }
        guard !features.isEmpty else {
            throw FeatureStoreError(.invalidField, "features is empty", field: "features")
        }
        self.features = features
        self.query = query
        self.count = count
        self.metric = metric
        self.filters = filters
    }

    /// The view that is searched, one for all of the features.
    func selection(_ registry: RegistrySnapshot) throws -> FeatureSelection {
        let selection = try FeatureSelection(features: features, services: [], fullNames: false, registry: registry)
        guard selection.views.count == 1, selection.derived.isEmpty else {
            throw FeatureStoreError(.invalidField, "features are those of one view", field: "features")
        }
        return selection
    }

    func answer(_ selection: FeatureSelection, _ search: FeatureSearch, now: Timestamp) async throws -> ByteBuffer {
        let read = selection.views[0]
        let vectors = read.view.presentColumns.filter { $0.type == .list(.float32) }
        // The view's only vector, or the one that is asked for.
        let asked = read.columns.filter { $0.type == .list(.float32) }
        guard let column = vectors.count == 1 ? vectors.first : asked.count == 1 ? asked.first : nil else {
            throw FeatureStoreError(
                .invalidField, "view \(read.view.name) has \(vectors.count) vectors; ask for one of them",
                field: "features")
        }
        guard let metric = FeatureSearch.Metric(metric) else {
            throw FeatureStoreError(
                .invalidField, "distance_metric is L2, cosine or inner_product", field: "distance_metric")
        }
        let hits = try await search.nearest(
            query, in: read.view, column: column, count: count, metric: metric,
            filter: filters == .null ? nil : try FeatureFilter(filters, of: read.view), now: now)
        var rows = StoredRows(reserving: hits.count)
        for hit in hits { rows.append(hit.row) }
        let keys = hits.map { $0.key.values(read.view.joinKeys) ?? [] }
        let entities = try EntityColumns(
            read.view.joinKeys.enumerated().map { index, key in
                (name: key.name, values: keys.map { Self.json($0[index]) })
            })
        let answer = OnlineReader.Answer(
            selection: selection, entities: entities, grids: [CellGrid(read, rows)], places: [Array(hits.indices)],
            now: now)
        return try FeastOnlineResponse.write(answer, distances: hits.map(\.distance))
    }

    private static func json(_ value: Value) -> JSONValue {
        switch value {
        case .int(let number): .integer(number)
        case .text(let text): .string(text)
        default: .null
        }
    }
}
