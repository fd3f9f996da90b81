import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import NIOPosix
import ServiceAPI

/// Where a dataset's entity rows come from: the request's body, or what its JSON names.
struct EntityRowsReader: Sendable {
    let datasets: SavedDatasetStore
    let content: ContentStore
    /// The database of the sources in PostgreSQL.
    let database: String?
    /// Bytes of rows that are fetched.
    let mostBytes: Int

    struct Rows: Sendable {
        var bytes: [UInt8]
        var format: EntityTable.Format
    }

    private struct Order {
        var dataset: String?
        var table: String?
        var query: String?

        init(_ body: ByteBuffer) throws {
            var order: (dataset: String?, table: String?, query: String?)
            try JSONRequest.read(body) { (cursor, key) throws(JSONError) in
                switch key {
                case "dataset": order.dataset = try cursor.readString()
                case "table": order.table = try cursor.readString()
                case "query": order.query = try cursor.readString()
                default: throw cursor.error("unknown; known are dataset, query, table")
                }
            }
            (dataset, table, query) = order
            guard [dataset, table, query].compactMap(\.self).count == 1 else {
                throw FeatureStoreError(
                    .invalidField, "rows come from one of dataset, table and query", field: "dataset")
            }
        }
    }

    /// - Throws: `unsupported_type`, and what is wrong with what is named.
    func read(_ request: Request, _ body: ByteBuffer) async throws -> Rows {
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch type {
        case "text/csv": return Rows(bytes: Array(body.readableBytesView), format: .csv)
        case "application/x-ndjson", "application/jsonl", "application/jsonlines", "application/x-jsonlines":
            return Rows(bytes: Array(body.readableBytesView), format: .jsonl)
        case "application/json":
            let order = try Order(body)
            if let name = order.dataset { return try await saved(name) }
            return Rows(bytes: try await stored(order), format: .jsonl)
        default:
            throw FeatureStoreError(
                .unsupportedType,
                "rows are sent as text/csv or application/x-ndjson, or named in application/json", field: "Content-Type"
            )
        }
    }

    /// The rows of a saved dataset without its features.
    private func saved(_ name: String) async throws -> Rows {
        let dataset = try await datasets.find(name).record
        guard dataset.status == .ready, let digest = dataset.digest else {
            throw FeatureStoreError(.notFinished, "dataset \(name) is \(dataset.status.rawValue)", field: "dataset")
        }
        let format = EntityTable.Format(rawValue: dataset.format) ?? .csv
        let (path, added, most) = (content.path(of: digest), dataset.addedColumns, mostBytes)
        let bytes = try await NIOThreadPool.singleton.runIfActive {
            try DatasetReader.entityRows(path: path, format: format, without: added, most: most)
        }
        return Rows(bytes: bytes, format: format)
    }

    /// Rows of a table or query as JSON lines.
    private func stored(_ order: Order) async throws -> [UInt8] {
        let field = order.table == nil ? "query" : "table"
        guard let database else {
            throw FeatureStoreError(
                .invalidField, "features.source_database is not set, so no table can be read", field: field)
        }
        do {
            let rows = try await PostgresSource(
                database, FeatureViewDefinition.Source(format: .postgres, table: order.table, query: order.query),
                after: nil)
            var bytes: [UInt8] = []
            while let block = try await rows.next() {
                bytes += block.lines
                guard bytes.count <= mostBytes else {
                    throw FeatureStoreError(
                        .documentTooLarge, "the rows are larger than \(mostBytes) bytes", field: field)
                }
                try Task.checkCancellation()
            }
            return bytes
        } catch var error as FeatureStoreError where error.code == .storageFailed {
            // What is wrong with the query is the caller's to mend.
            error.code = .malformedTable
            error.field = field
            throw error
        }
    }
}

extension SavedDataset {
    /// The columns that the caller did not send.
    fileprivate var addedColumns: Set<String> {
        Set(
            columns.filter { $0.feature != nil }.flatMap { column in
                [column.name] + DatasetWriter.Extra.allCases.map { "\(column.name)__\($0.rawValue)" }
            })
    }
}
