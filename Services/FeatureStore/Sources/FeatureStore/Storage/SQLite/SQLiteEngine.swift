import Foundation
import GRDB

/// The embedded store: one writer, so nothing has to be locked.
struct SQLiteEngine: StoreEngine {
    let database: StoreDatabase

    var features: any FeatureStorage { SQLiteFeatureStorage(database: database) }
    var isShared: Bool { false }

    func read<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T {
        try await database.read { try work(SQLiteSession(db: $0, cache: database.latestRows)) }
    }

    func write<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T {
        try await database.write { try work(SQLiteSession(db: $0, cache: database.latestRows)) }
    }

    func check() async throws { try await database.check() }
}

private struct SQLiteSession: StoreSession {
    let db: Database
    let cache: LatestRowCache

    var skipLocked: String { "" }
    var forUpdate: String { "" }
    var hasMetadata: String { "EXISTS (SELECT 1 FROM json_each(document.metadata) WHERE key = ? AND value = ?)" }

    func lock(_ name: String) {}

    /// Who waits is in this process, and is told by it.
    func notify() {}

    func rows(_ sql: String, _ arguments: [any SQLConvertible]) throws -> [SQLRow] {
        let statement = try db.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(arguments))
        let columns = Dictionary(
            statement.columnNames.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var rows: [SQLRow] = []
        while let row = try cursor.next() { rows.append(SQLRow(columns, try row.databaseValues.map(Self.value))) }
        return rows
    }

    func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int {
        try db.cachedStatement(sql: sql).execute(arguments: Self.arguments(arguments))
        return db.changesCount
    }

    func writeFeatures(_ batch: WriteBatch, at now: Timestamp) throws {
        try SQLiteFeatureStorage.write(db, [WriteGroup(batches: [batch])], at: now, cache)
    }

    func latestFeatures(view: Int64, keys: [EntityKey]) throws -> StoredRows {
        var rows = StoredRows(reserving: keys.count)
        for key in keys { try SQLiteFeatureStorage.latest(db, view: view, key: key, into: &rows) }
        return rows
    }

    func eraseFeatures(_ erasure: Erasure, at now: Timestamp) throws {
        try SQLiteFeatureStorage.erase(db, erasure, at: now, cache)
    }

    private static func arguments(_ values: [any SQLConvertible]) -> StatementArguments {
        StatementArguments(
            values.map { value -> DatabaseValue in
                switch value.sqlValue {
                case .null: .null
                case .int(let number): number.databaseValue
                case .text(let text): text.databaseValue
                case .bytes(let bytes): Data(bytes).databaseValue
                }
            })
    }

    private static func value(_ value: DatabaseValue) throws -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): .int(number)
        case .string(let text): .text(text)
        case .blob(let data): .bytes([UInt8](data))
        case .double: throw FeatureStoreError(.storageFailed, "the store holds a fraction where there is none")
        }
    }
}
