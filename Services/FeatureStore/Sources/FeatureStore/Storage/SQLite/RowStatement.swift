import GRDB
import GRDBSQLite

/// A prepared statement that is bound and stepped through SQLite's own interface.
///
/// GRDB's rows and arguments box every value: several times what SQLite takes to find a row. This is for statements that one
/// request runs thousands of times; all others are GRDB's.
struct RowStatement {
    /// SQLite copies what is bound: `SQLITE_TRANSIENT`, a cast of -1 that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let db: Database
    /// Keeps `handle` alive; GRDB's cache may let go of it.
    private let statement: Statement
    private let handle: SQLiteStatement

    init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    // MARK: - Parameters, from 1 on; what was bound stays from one execution to the next

    func bind(_ index: Int32, _ number: Int64) { sqlite3_bind_int64(handle, index, number) }

    func bind(_ index: Int32, _ time: Timestamp) { sqlite3_bind_int64(handle, index, time.microseconds) }

    /// A blob; nil is null.
    func bind(_ index: Int32, _ bytes: [UInt8]?) {
        guard let bytes else { return _ = sqlite3_bind_null(handle, index) }
        bytes.withUnsafeBytes { bind(index, $0) }
    }

    func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return _ = sqlite3_bind_zeroblob(handle, index, 0) }
        sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.transient)
    }

    func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        }
    }

    // MARK: - Rows

    /// Calls `row` with each row until it answers false.
    func forEach(_ row: (RowStatement) throws -> Bool) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: guard try row(self) else { return }
            case SQLITE_DONE: return
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
            }
        }
    }

    /// Runs a statement that answers no rows.
    func run() throws { try forEach { _ in true } }

    // MARK: - Columns of the row, from 0 on

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func time(_ column: Int32) -> Timestamp { Timestamp(microseconds: int(column)) }

    /// Valid until the next row; empty where the column is null.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }
}
