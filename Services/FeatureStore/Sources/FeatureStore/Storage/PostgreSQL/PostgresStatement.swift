/// A statement of a pipeline, whose text is always the same, and what becomes of its answer.
struct PostgresStatement {
    let sql: String
    let values: [PostgresValue]
    let take: (borrowing PostgresSession.Rows) throws -> Void

    init(
        _ sql: String, _ values: [PostgresValue] = [],
        take: @escaping (borrowing PostgresSession.Rows) throws -> Void = { _ in }
    ) {
        self.sql = sql
        self.values = values
        self.take = take
    }
}
