import CPostgreSQL

/// What may be done with a connection while one has it.
///
/// It does not leave the closure that it was given to.
struct PostgresSession: ~Copyable {
    /// Rows of an answer, in binary.
    struct Rows: ~Copyable {
        private let result: OpaquePointer

        fileprivate init(_ result: OpaquePointer) { self.result = result }

        deinit { PQclear(result) }

        var count: Int { Int(PQntuples(result)) }
        var columnCount: Int { Int(PQnfields(result)) }

        func name(_ column: Int) -> String { PQfname(result, Int32(column)).map { String(cString: $0) } ?? "" }

        /// The identifier of a column's type in `pg_type.dat`.
        func type(_ column: Int) -> UInt32 { PQftype(result, Int32(column)) }

        /// Rows that a statement without an answer changed.
        var changes: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

        func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) == 1 }

        func int(_ row: Int, _ column: Int) -> Int64 {
            withBytes(row, column) { bytes in
                bytes.count == 8 ? Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)) : 0
            }
        }

        func bool(_ row: Int, _ column: Int) -> Bool { withBytes(row, column) { $0.first == 1 } }

        func text(_ row: Int, _ column: Int) -> String {
            withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
        }

        func bytes(_ row: Int, _ column: Int) -> [UInt8] { withBytes(row, column) { Array($0) } }

        /// The bytes live as long as the rows do.
        func withBytes<T>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
            let count = Int(PQgetlength(result, Int32(row), Int32(column)))
            return try body(UnsafeRawBufferPointer(start: PQgetvalue(result, Int32(row), Int32(column)), count: count))
        }
    }

    private let handle: PostgresHandle

    init(_ handle: PostgresHandle) { self.handle = handle }

    /// For sessions of another form on the same connection; it does not leave `body`.
    func withHandle<T>(_ body: (PostgresHandle) throws -> T) rethrows -> T { try body(handle) }

    /// Runs one statement with parameters.
    /// - Parameter isFixed: whether its text is always the same, so that it is worth preparing.
    @discardableResult
    func query(_ sql: String, _ values: [PostgresValue] = [], isFixed: Bool = true) throws -> Rows {
        try checked(
            withParameters(values) { count, types, pointers, lengths, formats in
                if isFixed, let name = handle.statement(sql, types: types) {
                    return PQexecPrepared(handle.pointer, name, count, pointers, lengths, formats, 1)
                }
                return PQexecParams(handle.pointer, sql, count, types, pointers, lengths, formats, 1)
            })
    }

    /// Runs one statement whose rows come one by one, so that libpq holds no more than one of them.
    ///
    /// What is left when `row` throws is read past.
    func forEachRow(
        _ sql: String, _ values: [PostgresValue], _ row: (borrowing Rows) throws -> Void
    ) throws {
        let isSent = withParameters(values) { count, types, pointers, lengths, formats in
            if let name = handle.statement(sql, types: types) {
                return PQsendQueryPrepared(handle.pointer, name, count, pointers, lengths, formats, 1)
            }
            return PQsendQueryParams(handle.pointer, sql, count, types, pointers, lengths, formats, 1)
        }
        guard isSent == 1, PQsetSingleRowMode(handle.pointer) == 1 else { throw Self.failure(state: nil, "") }
        var failure: (any Error)?
        while let result = PQgetResult(handle.pointer) {
            do {
                let rows = try checked(result)
                if failure == nil, rows.count > 0 { try row(rows) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Runs statements of which none needs another's answer, in one round trip.
    ///
    /// All are sent before the first answer is waited for. Behind one that fails none is run.
    func pipeline(_ statements: [PostgresStatement]) throws {
        // Preparing waits for an answer, so it comes before.
        let names = statements.map { handle.statement($0.sql, types: $0.values.map(\.type)) }
        guard PQenterPipelineMode(handle.pointer) == 1 else { throw Self.failure(state: nil, "") }
        for (statement, name) in zip(statements, names) {
            let isSent = withParameters(statement.values) { count, types, pointers, lengths, formats in
                if let name { return PQsendQueryPrepared(handle.pointer, name, count, pointers, lengths, formats, 1) }
                return PQsendQueryParams(handle.pointer, statement.sql, count, types, pointers, lengths, formats, 1)
            }
            guard isSent == 1 else { throw Self.failure(state: nil, "") }
        }
        guard PQpipelineSync(handle.pointer) == 1 else { throw Self.failure(state: nil, "") }
        var failure: (any Error)?
        for statement in statements {
            // Nil ends the answers to each statement.
            while let result = PQgetResult(handle.pointer) {
                do {
                    let rows = try checked(result)
                    if failure == nil { try statement.take(rows) }
                } catch {
                    failure = failure ?? error
                }
            }
        }
        // The answer to the end of the pipeline.
        PQclear(PQgetResult(handle.pointer))
        guard PQexitPipelineMode(handle.pointer) == 1 else { throw Self.failure(state: nil, "") }
        if let failure { throw failure }
    }

    private func withParameters<T>(
        _ values: [PostgresValue],
        _ body: (Int32, [UInt32], [UnsafePointer<CChar>?], [Int32], [Int32]) -> T
    ) -> T {
        // One buffer for all parameters, so that their pointers live equally long; of one byte at least, so that none of
        // them is null.
        var joined: [UInt8] = []
        let lengths = values.map { value in
            let start = joined.count
            value.encode(to: &joined)
            return Int32(joined.count - start)
        }
        joined.append(0)
        return joined.withUnsafeBytes { buffer in
            var offset = 0
            let pointers: [UnsafePointer<CChar>?] = zip(values, lengths).map { value, length in
                defer { offset += Int(length) }
                return value.isNull
                    ? nil : buffer.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            return body(
                Int32(values.count), values.map(\.type), pointers, lengths,
                [Int32](repeating: 1, count: values.count))
        }
    }

    /// Runs several statements without parameters.
    func script(_ sql: String) throws {
        _ = try checked(PQexec(handle.pointer, sql))
    }

    func transaction<T>(
        _ begin: String = "BEGIN", _ body: (borrowing PostgresSession) throws -> T
    ) throws -> T {
        try rollingBack { session in
            try session.script(begin)
            let value = try body(session)
            try session.script("COMMIT")
            return value
        }
    }

    /// Runs `body` on one state of the database, which it only reads.
    func snapshot<T>(_ body: (borrowing PostgresSession) throws -> T) throws -> T {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    /// Runs `body`, which begins and commits a transaction, and takes back what it began where it fails.
    func rollingBack<T>(_ body: (borrowing PostgresSession) throws -> T) throws -> T {
        do {
            return try body(self)
        } catch {
            // A connection that broke has nothing left to roll back.
            try? script("ROLLBACK")
            throw error
        }
    }

    private func checked(_ result: OpaquePointer?) throws -> Rows {
        guard let result else { throw Self.failure(state: nil, "") }
        let rows = Rows(result)
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_SINGLE_TUPLE: return rows
        default:
            // PG_DIAG_SQLSTATE is a macro of a character, which Swift does not see.
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
            throw Self.failure(state: state, String(cString: PQresultErrorMessage(result)))
        }
    }

    /// What a statement's failure is for a caller, by its SQLSTATE; libpq's own errors have none.
    static func failure(state: String?, _ message: String) -> FeatureStoreError {
        let text = message.split(separator: "\n").first.map(String.init) ?? "no reason given"
        switch state {
        case nil: return FeatureStoreError(.storageUnavailable, "the connection to PostgreSQL is broken")
        case "53100": return FeatureStoreError(.storageFull, "PostgreSQL's disk is full")
        // Connection exceptions, too few resources, and a server that is shutting down or starting.
        case let state? where ["08", "53", "57"].contains(state.prefix(2)):
            return FeatureStoreError(.storageUnavailable, "PostgreSQL is not available: \(text)")
        default: return FeatureStoreError(.storageFailed, "PostgreSQL refused a statement: \(text)")
        }
    }
}
