/// One transaction of the store, on whichever engine it is; it does not leave the closure that it was given to.
///
/// Statements are written once, in the SQL that SQLite and PostgreSQL have in common, with `?` for a parameter. What
/// they say differently is asked for here.
protocol StoreSession {
    func rows(_ sql: String, _ arguments: [any SQLConvertible]) throws -> [SQLRow]

    /// - Returns: how many rows changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int

    /// Stands after a query whose row this transaction is about to change: rows that another one has are passed over.
    var skipLocked: String { get }

    /// Stands after a query whose row this transaction is about to change: it waits for others that have it.
    var forUpdate: String { get }

    /// A condition on a row of `document` with two parameters: a key of its metadata and that key's value.
    var hasMetadata: String { get }

    /// Keeps other transactions that ask for the same name waiting until this one ends.
    func lock(_ name: String) throws

    /// Tells those who wait for documents, in every process, once this transaction is committed.
    func notify() throws

    func writeFeatures(_ batch: WriteBatch, at now: Timestamp) throws

    func latestFeatures(view: Int64, keys: [EntityKey]) throws -> StoredRows

    func eraseFeatures(_ erasure: Erasure, at now: Timestamp) throws
}

extension StoreSession {
    func rows(_ sql: String, _ arguments: any SQLConvertible...) throws -> [SQLRow] { try rows(sql, arguments) }

    func row(_ sql: String, _ arguments: any SQLConvertible...) throws -> SQLRow? { try rows(sql, arguments).first }

    @discardableResult
    func execute(_ sql: String, _ arguments: any SQLConvertible...) throws -> Int { try execute(sql, arguments) }

    /// Takes numbers of the order of ingestion.
    /// - Returns: the first of them.
    func nextSequences(_ count: Int) throws -> Int64 {
        let last = try row(
            """
            INSERT INTO counter (name, value) VALUES ('sequence', ?)
            ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value
            """, count)
        return Int64(try last?.int("value") ?? 0) - Int64(count) + 1
    }
}

extension Collection {
    /// As many placeholders as there are elements.
    var placeholders: String { map { _ in "?" }.joined(separator: ", ") }
}
