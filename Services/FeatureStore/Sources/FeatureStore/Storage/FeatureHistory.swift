import Crypto
import FoundationEssentials
import GRDB
import ServiceAPI

/// Rows of feature views: the append-only history and the latest row of each entity.
///
/// One order decides everywhere: event time, then created time, then sequence.
package struct FeatureHistory: Sendable {
    let database: StoreDatabase

    package init(database: StoreDatabase) {
        self.database = database
    }

    /// Declares a view, so that its rows can be read by later versions.
    package func declare(_ view: FeatureView, at now: Timestamp) async throws {
        try await database.write { db in
            let definition = try view.storedJSON()
            let stored = try String.fetchOne(
                db, sql: "SELECT definition FROM feature_view WHERE name = ? AND version = ?",
                arguments: [view.name, view.version])
            guard stored == nil || stored == definition else {
                throw FeatureStoreError(
                    .storageFailed, "view \(view.name) version \(view.version) was declared with other features")
            }
            try db.execute(
                sql: "INSERT OR IGNORE INTO feature_view (name, version, definition, created_at) VALUES (?, ?, ?, ?)",
                arguments: [view.name, view.version, definition, now])
        }
    }

    /// Checks a row against its view and adds it.
    package func append(_ row: FeatureRow, to view: FeatureView) async throws {
        try view.validate(row.values)
        try await database.write { try Self.append($0, row) }
    }

    /// Adds a row to the history; the latest row becomes it unless that one is later.
    static func append(_ db: Database, _ row: FeatureRow) throws {
        let values = try row.values.storedJSON()
        let hash = Data(SHA256.hash(data: Data("\(row.viewVersion)\n\(row.source)\n\(values)".utf8)))
        let sequence = try db.nextSequence()
        let key = Data(row.entity.bytes)
        try db.execute(
            sql: """
                INSERT INTO feature_history
                    (view, entity_key, event_time, created_time, sequence, view_version, source, vals, row_hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (view, entity_key, event_time, created_time, row_hash) DO NOTHING
                """,
            arguments: [
                row.view, key, row.eventTime, row.createdTime, sequence, row.viewVersion, row.source, values, hash,
            ])
        try db.execute(
            sql: """
                INSERT INTO feature_latest
                    (view, entity_key, event_time, created_time, sequence, view_version, source, vals)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (view, entity_key) DO UPDATE SET
                    event_time = excluded.event_time, created_time = excluded.created_time,
                    sequence = excluded.sequence, view_version = excluded.view_version, source = excluded.source,
                    vals = excluded.vals
                WHERE (excluded.event_time, excluded.created_time, excluded.sequence)
                    > (event_time, created_time, sequence)
                """,
            arguments: [
                row.view, key, row.eventTime, row.createdTime, sequence, row.viewVersion, row.source, values,
            ])
    }

    /// The latest row of an entity.
    package func latest(_ view: FeatureView, entity: EntityKey) async throws -> FeatureRow? {
        try await database.read { db in
            try Self.latest(db, view, entity: entity)
        }
    }

    static func latest(_ db: Database, _ view: FeatureView, entity: EntityKey) throws -> FeatureRow? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM feature_latest WHERE view = ? AND entity_key = ?",
            arguments: [view.name, Data(entity.bytes)]
        ).map { try FeatureRow(row: $0, view: view, entity: entity) }
    }

    /// The row that held at `time`: the last with an event time not after it.
    /// - Parameter knownAt: rows that the store learnt after it do not count.
    package func row(
        _ view: FeatureView, entity: EntityKey, at time: Timestamp, knownAt: Timestamp? = nil
    ) async throws -> FeatureRow? {
        try await database.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM feature_history
                    WHERE view = ? AND entity_key = ? AND event_time <= ? AND created_time <= ?
                    ORDER BY event_time DESC, created_time DESC, sequence DESC LIMIT 1
                    """,
                arguments: [
                    view.name, Data(entity.bytes), time, knownAt ?? Timestamp(microseconds: .max),
                ]
            ).map { try FeatureRow(row: $0, view: view, entity: entity) }
        }
    }

    static func erase(_ db: Database, view: String, entity: EntityKey) throws {
        for table in ["feature_history", "feature_latest"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE view = ? AND entity_key = ?",
                arguments: [view, Data(entity.bytes)])
        }
    }
}

extension FeatureRow {
    fileprivate init(row: Row, view: FeatureView, entity: EntityKey) throws {
        let stored = try JSONDecoder().decode(
            [String: FeatureValue.Scalar].self, from: Data((row["vals"] as String).utf8))
        var values: [String: FeatureValue.Scalar] = [:]
        for feature in view.features {
            if let value = stored[feature.name] { values[feature.name] = value.coerced(to: feature.type) }
        }
        self.init(
            view: view.name, viewVersion: row["view_version"], entity: entity, eventTime: row["event_time"],
            createdTime: row["created_time"], sequence: row["sequence"], source: row["source"], values: values)
    }
}
