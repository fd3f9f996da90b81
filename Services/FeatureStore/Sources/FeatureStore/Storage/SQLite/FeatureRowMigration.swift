import Foundation
import GRDB
package import ServiceAPI

/// Takes over the rows of the document view that the first version of the tables kept as JSON.
enum FeatureRowMigration {
    static func run(_ db: Database) throws {
        let definition = DocumentView.featureView
        let view = ViewVersion(
            id: 1, version: 1, definition: definition, joinKeys: DocumentView.entity.joinKeys)
        let plan = try RegistryPlan(
            FeatureDefinitions(entities: [DocumentView.entity], featureViews: [definition]), isSystem: true,
            against: .empty)
        try RegistryTable.carryOut(plan, db, at: .now())
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT h.*, d.id AS document_id FROM feature_history_1 h
                JOIN document d ON h.source = 'document:' || d.id
                ORDER BY h.sequence
                """)
        while let row = try rows.next() {
            let stored = try JSONDecoder().decode(
                [String: FeatureValue.Scalar].self, from: Data((row["vals"] as String).utf8))
            try SQLiteFeatureStorage.write(
                db,
                [
                    [
                        WriteBatch(
                            view: view,
                            rows: [
                                PendingRow(
                                    key: .document(row["document_id"]), event: row["event_time"],
                                    created: row["created_time"], cells: PackedRow(stored, of: view))
                            ],
                            source: row["source"])
                    ]
                ],
                at: row["created_time"])
        }
        for table in ["feature_history_1", "feature_latest_1", "feature_view"] {
            try db.execute(sql: "DROP TABLE \(table)")
        }
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
