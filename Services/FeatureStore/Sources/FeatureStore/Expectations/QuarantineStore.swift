import FoundationEssentials
import GRDB
import ServiceAPI

/// Rows that were not as expected, kept aside until somebody decides; on this replica.
struct QuarantineStore: Sendable {
    /// Rows of one view; then a write is refused.
    static let most = 100_000

    let database: StoreDatabase

    func add(
        _ rows: [(row: PendingRow, violation: ViewExpectations.Violation)], of batch: WriteBatch, at now: Timestamp
    ) async throws {
        try await database.write { db in
            let name = batch.view.name
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM quarantined_row WHERE view_name = ?", arguments: [name]) ?? 0
            guard count + rows.count <= Self.most else {
                throw FeatureStoreError(
                    .busy, "the quarantine of view \(name) is full (\(count) rows): release or discard what is in it")
            }
            for (row, violation) in rows {
                try db.execute(
                    sql: """
                        INSERT INTO quarantined_row (view_name, view_id, entity_key, event_time, created_time, vals,
                            target, source, received_at, feature, expectation, message)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        name, batch.view.id, Data(row.key.bytes), row.event, row.created, Data(row.cells.bytes),
                        batch.target == .historyOnly ? 1 : 0, batch.source, now, violation.feature,
                        violation.expectation, violation.message,
                    ])
            }
        }
    }

    struct Held: Sendable {
        var id: Int64
        var view: Int64
        var row: PendingRow
        var target: WriteBatch.Target
        var source: String
        var received: Timestamp
        var violation: ViewExpectations.Violation
    }

    /// Oldest first.
    func list(_ view: String, after id: Int64, limit: Int) async throws -> [Held] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM quarantined_row WHERE view_name = ? AND id > ? ORDER BY id LIMIT ?",
                arguments: [view, id, limit]
            ).map(Self.held)
        }
    }

    func find(_ view: String, _ id: Int64) async throws -> Held {
        let found = try await database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM quarantined_row WHERE view_name = ? AND id = ?", arguments: [view, id]
            ).map(Self.held)
        }
        guard let found else {
            throw FeatureStoreError(.notFound, "there is no row \(id) in the quarantine of \(view)")
        }
        return found
    }

    func remove(_ id: Int64) async throws {
        try await database.write { try $0.execute(sql: "DELETE FROM quarantined_row WHERE id = ?", arguments: [id]) }
    }

    private static func held(_ row: Row) -> Held {
        Held(
            id: row["id"], view: row["view_id"],
            row: PendingRow(
                key: EntityKey(bytes: [UInt8](row["entity_key"] as Data)), event: row["event_time"],
                created: row["created_time"], cells: PackedRow(stored: [UInt8](row["vals"] as Data))),
            target: (row["target"] as Int) == 1 ? .historyOnly : .historyAndLatest, source: row["source"],
            received: row["received_at"],
            violation: .init(feature: row["feature"], expectation: row["expectation"], message: row["message"]))
    }
}
