import FeatureStore
import Foundation
import GRDB
import ServiceAPI
import Testing

/// What the first version of the tables held is there after the second one's migration.
@Suite struct FeatureRowMigrationTests {
    @Test func rowsKeptAsJSONAreReadAsBefore() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: "1 documents, jobs, features")
        let rows: [(document: String, event: Int64, values: String)] = [
            ("a", 10, #"{"page_count":1,"language":"en","mean_confidence":0.5,"first_date":"2026-01-31"}"#),
            ("b", 10, #"{"page_count":7}"#),
            ("a", 20, #"{"page_count":2,"language":null,"mean_confidence":0.75,"first_date":"2026-02-01"}"#),
        ]
        try await queue.write { db in
            for name in ["a", "b"] {
                try db.execute(
                    sql: """
                        INSERT INTO document (id, name, media_type, size, metadata, status, created_at)
                        VALUES (?, ?, 'text/plain', 1, '{}', 'done', 0)
                        """,
                    arguments: [name, name])
            }
            for (index, row) in rows.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO feature_history (view, entity_key, event_time, created_time, sequence, view_version,
                            source, vals, row_hash)
                        VALUES ('document', ?, ?, ?, ?, 1, ?, ?, ?)
                        """,
                    arguments: [
                        Data(row.document.utf8), row.event, row.event + 1, index + 5, "document:\(row.document)",
                        row.values, Data([UInt8(index)]),
                    ])
            }
            try db.execute(sql: "INSERT INTO counter (name, value) VALUES ('sequence', 7)")
        }
        try queue.close()

        let storage = SQLiteFeatureStorage(database: try StoreDatabase(path: path))
        let view = try await storage.registry().view("document")
        #expect(view.id == 1 && view.version == 1 && view["page_count"]?.type == .int64)
        let keys = [EntityKey.document("a"), .document("b")]
        func named(_ rows: StoredRows, _ index: Int) -> [String: Value] {
            var values: [String: Value] = [:]
            for (ordinal, value) in rows[index]?.cells.cells ?? [:] { values[view.columns[ordinal].name] = value }
            return values
        }
        let later: [String: Value] = [
            "page_count": .int(2), "language": .null, "mean_confidence": .double(0.75), "first_date": .int(20_485),
        ]
        let latest = try await storage.latest([LatestRead(view: 1, keys: keys)])[0]
        #expect(named(latest, 0) == later && named(latest, 1) == ["page_count": .int(7)])
        #expect(
            latest[0]?.order == RowOrder(event: .init(microseconds: 20), created: .init(microseconds: 21), sequence: 7))
        let before = try await storage.pointInTime(
            PointInTimeRead(
                view: 1, ordinals: view.columns.map(\.ordinal), keys: keys,
                times: [Timestamp(microseconds: 19), Timestamp(microseconds: 9)]))
        #expect(named(before, 0)["language"] == .text("en") && named(before, 0)["first_date"] == .int(20_484))
        #expect(before[1] == nil)
        #expect(try await storage.lastSequence() == 7)
    }
}
