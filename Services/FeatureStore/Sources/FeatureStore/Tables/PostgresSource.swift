import ServiceAPI

/// Rows of a table or query, as JSON lines, block by block, in one read-only transaction.
struct PostgresSource: Sendable {
    struct Block: Sendable {
        /// JSON lines.
        var lines: [UInt8]
        /// For each line the number that rows are ordered by; empty without one.
        var orders: [Int64]
    }

    private static let block = 2000

    private let connection: PostgresConnection
    private let hasOrder: Bool

    /// Begins to read.
    /// - Parameter after: Only rows that are ordered behind it.
    init(_ address: String, _ source: FeatureViewDefinition.Source, after: Int64?) async throws {
        connection = PostgresConnection(address)
        hasOrder = source.orderField != nil
        let rows = source.table.map { "SELECT * FROM \(Self.quoted($0))" } ?? source.query ?? ""
        let order = source.orderField.map { "r." + Self.quoted(column: $0) }
        var sql =
            "DECLARE source NO SCROLL CURSOR FOR SELECT to_jsonb(r)::text, \(order.map { "\($0)::bigint" } ?? "0::bigint")"
        sql += " FROM (\(rows)) AS r"
        if let order {
            if after != nil { sql += " WHERE \(order) > $1" }
            sql += " ORDER BY \(order)"
        }
        let values: [PostgresValue] = order == nil ? [] : after.map { [.int($0)] } ?? []
        let declaration = sql
        try await connection.run { session in
            try session.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TIME ZONE 'UTC'")
            try session.query(declaration, values)
        }
    }

    /// Nil at the end.
    func next() async throws -> Block? {
        let hasOrder = hasOrder
        return try await connection.run { session in
            let rows = try session.query("FETCH \(Self.block) FROM source")
            guard rows.count > 0 else {
                try session.script("COMMIT")
                return nil
            }
            var block = Block(lines: [], orders: [])
            for row in 0..<rows.count {
                rows.withBytes(row, 0) { block.lines.append(contentsOf: $0) }
                block.lines.append(0x0A)
                if hasOrder { block.orders.append(rows.int(row, 1)) }
            }
            return block
        }
    }

    /// `public.trips` with each part in quotes.
    private static func quoted(_ table: String) -> String {
        table.split(separator: ".", omittingEmptySubsequences: false).map { quoted(column: String($0)) }.joined(
            separator: ".")
    }

    private static func quoted(column: String) -> String { "\"" + column.replacing("\"", with: "\"\"") + "\"" }
}
