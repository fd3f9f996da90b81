/// The store that several processes share.
struct PostgresEngine: StoreEngine {
    private let storage: PostgresFeatureStorage

    init(_ storage: PostgresFeatureStorage) { self.storage = storage }

    var features: any FeatureStorage { storage }
    var isShared: Bool { true }

    func read<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T {
        try await storage.pool.run { session in
            try session.snapshot { try $0.onStore(work) }
        }
    }

    func write<T: Sendable>(_ work: @Sendable (any StoreSession) throws -> T) async throws -> T {
        try await storage.pool.run { session in try session.transaction { try $0.onStore(work) } }
    }

    func check() async throws { try await storage.check() }
}

extension PostgresSession {
    fileprivate func onStore<T>(_ work: (any StoreSession) throws -> T) throws -> T {
        try withHandle { try work(PostgresStoreSession(handle: $0)) }
    }
}

/// Its functions are not inlined: in release Swift 6.3.1 ends with "Cannot initialize a nonCopyable type with a guaranteed
/// value" when it inlines them into the protocol's witnesses.
private struct PostgresStoreSession: StoreSession {
    let handle: PostgresHandle

    private var session: PostgresSession { PostgresSession(handle) }

    var skipLocked: String { "FOR UPDATE SKIP LOCKED" }
    var forUpdate: String { "FOR UPDATE" }
    var hasMetadata: String { "document.metadata::jsonb ->> ? = ?" }

    @inline(never) func lock(_ name: String) throws {
        try session.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(name)])
    }

    @inline(never) func notify() throws {
        try session.query("SELECT pg_notify($1, '')", [.text(PostgresListener.channel)])
    }

    @inline(never) func rows(_ sql: String, _ arguments: [any SQLConvertible]) throws -> [SQLRow] {
        let rows = try session.query(
            Self.numbered(sql), arguments.map { PostgresValue($0.sqlValue) }, isFixed: false)
        let columns = Dictionary(
            (0..<rows.columnCount).map { (rows.name($0), $0) }, uniquingKeysWith: { first, _ in first })
        return try (0..<rows.count).map { row in
            SQLRow(columns, try (0..<rows.columnCount).map { try rows.value(row, $0) })
        }
    }

    @inline(never) func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int {
        try session.query(
            Self.numbered(sql), arguments.map { PostgresValue($0.sqlValue) }, isFixed: false
        ).changes
    }

    @inline(never) func writeFeatures(_ batch: WriteBatch, at now: Timestamp) throws {
        try PostgresRowWriter.write([WriteGroup(batches: [batch])], session, at: now, isWhole: false)
    }

    @inline(never) func latestFeatures(view: Int64, keys: [EntityKey]) throws -> StoredRows {
        try PostgresFeatureStorage.latest(session, [LatestRead(view: view, keys: keys)])[0]
    }

    @inline(never) func eraseFeatures(_ erasure: Erasure, at now: Timestamp) throws {
        try PostgresFeatureStorage.erase(session, erasure, at: now)
    }

    /// `$1`, `$2` and so on for the statement's `?`; none of them stands in a literal.
    private static func numbered(_ sql: String) -> String {
        var number = 0
        var text = ""
        for character in sql {
            guard character == "?" else {
                text.append(character)
                continue
            }
            number += 1
            text += "$\(number)"
        }
        return text
    }
}

extension PostgresValue {
    fileprivate init(_ value: SQLValue) {
        self =
            switch value {
            case .null: .null
            case .int(let number): .int(number)
            // PostgreSQL's texts hold no NUL.
            case .text(let text): .text(text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text)
            case .bytes(let bytes): .bytes(bytes)
            }
    }
}

extension PostgresSession.Rows {
    /// A value by its type's identifier in `pg_type.dat`.
    fileprivate func value(_ row: Int, _ column: Int) throws -> SQLValue {
        guard !isNull(row, column) else { return .null }
        switch type(column) {
        case 20: return .int(int(row, column))
        case 16: return .int(bool(row, column) ? 1 : 0)
        case 25: return .text(text(row, column))
        case 17: return .bytes(bytes(row, column))
        case let type: throw FeatureStoreError(.storageFailed, "the store answered a value of type \(type)")
        }
    }
}
