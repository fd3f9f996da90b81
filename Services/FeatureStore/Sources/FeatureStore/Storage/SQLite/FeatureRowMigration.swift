import Foundation
import GRDB
package import ServiceAPI

/// Takes over the rows of the document view that the first version of the tables kept as JSON.
///
/// Frozen: it knows the tables and the document view as they were at this migration, whatever became of them later.
enum FeatureRowMigration {
    /// The features of the document view then.
    private static let features: [(name: String, type: FeatureType)] = [
        ("media_type", .string), ("byte_count", .int64), ("page_count", .int64), ("failed_page_count", .int64),
        ("word_count", .int64), ("mean_confidence", .float64), ("read_by", .string), ("language", .string),
        ("document_type", .string), ("type_score", .float64), ("amount_total", .float64), ("amount_max", .float64),
        ("amount_currency", .string), ("first_date", .date), ("document_date", .date), ("entity_count", .int64),
        ("date_count", .int64), ("amount_count", .int64), ("email_count", .int64), ("url_count", .int64),
        ("phone_count", .int64), ("iban_count", .int64), ("passage_count", .int64),
    ]

    static func run(_ db: Database) throws {
        let view = ViewVersion(
            id: 1, version: 1,
            definition: FeatureViewDefinition(
                name: "document", entities: ["document"], features: features.map { .init($0.name, $0.type) }),
            joinKeys: [.init(name: "document_id", type: .string)])
        try register(view, db)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT h.*, d.id AS document_id FROM feature_history_1 h
                JOIN document d ON h.source = 'document:' || d.id
                ORDER BY d.id, h.sequence
                """)
        var sequence: Int64 = 0
        var created: Int64 = 0
        var held: (key: EntityKey, row: LatestRow?)?
        while let row = try rows.next() {
            let stored = try JSONDecoder().decode(
                [String: FeatureValue.Scalar].self, from: Data((row["vals"] as String).utf8))
            let key = EntityKey.document(row["document_id"])
            let history = HistoryRow(
                order: RowOrder(event: row["event_time"], created: row["created_time"], sequence: row["sequence"]),
                cells: PackedRow(stored, of: view), source: row["source"])
            sequence = max(sequence, history.order.sequence)
            created = max(created, history.order.created.microseconds)
            try db.execute(
                sql: """
                    INSERT INTO feature_history
                        (view_id, entity_key, event_time, created_time, sequence, deleted, vals, source)
                    VALUES (?, ?, ?, ?, ?, 0, ?, ?)
                    """,
                arguments: [
                    view.id, Data(key.bytes), history.order.event, history.order.created, history.order.sequence,
                    Data(history.cells.bytes), history.source,
                ])
            if let before = held, before.key != key { try insert(before.row, before.key, view.id, db) }
            held = (key, LatestRow.folding(held?.key == key ? held?.row : nil, [history], of: view))
        }
        if let held { try insert(held.row, held.key, view.id, db) }
        try db.setCounter("sequence", to: max(sequence, try db.counter("sequence")))
        try db.setCounter("created", to: created)
        for table in ["feature_history_1", "feature_latest_1", "feature_view"] {
            try db.execute(sql: "DROP TABLE \(table)")
        }
    }

    private static func register(_ view: ViewVersion, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO registry_object (kind, name, definition) VALUES ('entity', 'document', ?)",
            arguments: [try EntityDefinition(name: "document", joinKeys: view.joinKeys).storedJSON()])
        try db.execute(
            sql: """
                INSERT INTO registry_view (id, name, version, definition, join_keys, columns, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                view.id, view.name, view.version, try view.definition.storedJSON(), try view.joinKeys.storedJSON(),
                try view.columns.storedJSON(), Timestamp.now(),
            ])
        try db.setCounter("registry", to: 1)
    }

    private static func insert(_ row: LatestRow?, _ key: EntityKey, _ view: Int64, _ db: Database) throws {
        guard let row else { return }
        try db.execute(
            sql: """
                INSERT INTO feature_latest
                    (view_id, entity_key, event_time, created_time, sequence, vals, times, source)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                view, Data(key.bytes), row.order.event, row.order.created, row.order.sequence, Data(row.cells.bytes),
                row.times.isEmpty ? nil : Data(row.times), row.source,
            ])
    }
}

extension PackedRow {
    /// Values by name, of those that are columns of the view and fit them.
    init(_ values: [String: FeatureValue.Scalar], of view: ViewVersion) {
        self.init(
            view.columns.compactMap { column in
                guard !column.isRemoved, let scalar = values[column.name], let value = Value(scalar, as: column.type)
                else { return nil }
                return (ordinal: column.ordinal, value: value)
            })
    }

    /// Values by name, each checked.
    /// - Throws: `invalid_feature` naming the feature.
    package init(checking values: [String: FeatureValue.Scalar], of view: ViewVersion) throws {
        for (name, scalar) in values {
            guard let column = view[name] else {
                throw FeatureStoreError(.invalidFeature, "view \(view.name) has no feature \(name)", field: name)
            }
            guard Value(scalar, as: column.type) != nil else {
                throw FeatureStoreError(
                    .invalidFeature, "feature \(name) of view \(view.name) takes \(column.type), not \(scalar)",
                    field: name)
            }
        }
        self.init(values, of: view)
    }
}
