import ServiceAPI

/// Rows that were not as expected, kept aside until somebody decides.
struct QuarantineStore: Sendable {
    /// Rows of one view; then a write is refused.
    static let most = 100_000

    /// Rows of one statement.
    private static let atOnce = 100

    let engine: any StoreEngine

    func add(
        _ rows: [(row: PendingRow, violation: ViewExpectations.Violation)], of batch: WriteBatch, at now: Timestamp
    ) async throws {
        try await engine.write { db in
            let name = batch.view.name
            try db.lock("quarantine \(name)")
            let count =
                try db.row("SELECT count(*) AS count FROM quarantined_row WHERE view_name = ?", name)?.int("count") ?? 0
            guard count + rows.count <= Self.most else {
                throw FeatureStoreError(
                    .busy, "the quarantine of view \(name) is full (\(count) rows): release or discard what is in it")
            }
            for start in stride(from: 0, to: rows.count, by: Self.atOnce) {
                let part = rows[start..<min(start + Self.atOnce, rows.count)]
                let arguments = part.flatMap { row, violation -> [any SQLConvertible] in
                    [
                        name, batch.view.id, row.key.bytes, row.event, row.created, row.cells.bytes,
                        batch.target == .historyOnly ? 1 : 0, batch.source, now, violation.feature,
                        violation.expectation, violation.message,
                    ]
                }
                try db.execute(
                    """
                    INSERT INTO quarantined_row (view_name, view_id, entity_key, event_time, created_time, vals,
                        target, source, received_at, feature, expectation, message)
                    VALUES \(part.map { _ in "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" }.joined(separator: ", "))
                    """, arguments)
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
        try await engine.read { db in
            try db.rows(
                "SELECT * FROM quarantined_row WHERE view_name = ? AND id > ? ORDER BY id LIMIT ?", view, id, limit
            ).map(Held.init)
        }
    }

    func find(_ view: String, _ id: Int64) async throws -> Held {
        let found = try await engine.read { db in
            try db.row("SELECT * FROM quarantined_row WHERE view_name = ? AND id = ?", view, id).map(Held.init)
        }
        guard let found else {
            throw FeatureStoreError(.notFound, "there is no row \(id) in the quarantine of \(view)")
        }
        return found
    }

    func remove(_ id: Int64) async throws {
        try await engine.write { _ = try $0.execute("DELETE FROM quarantined_row WHERE id = ?", id) }
    }
}

extension QuarantineStore.Held {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            id: Int64(try row.int("id")), view: Int64(try row.int("view_id")),
            row: PendingRow(
                key: EntityKey(bytes: try row.bytes("entity_key")), event: try row.time("event_time"),
                created: try row.optionalTime("created_time"), cells: PackedRow(stored: try row.bytes("vals"))),
            target: try row.int("target") == 1 ? .historyOnly : .historyAndLatest, source: try row.text("source"),
            received: try row.time("received_at"),
            violation: .init(
                feature: try row.text("feature"), expectation: try row.text("expectation"),
                message: try row.text("message")))
    }
}
