import Crypto
import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceTesting
import Testing

/// Datasets that are kept.
@Suite struct SavedDatasetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let rows = #"""
        driver_id,event_timestamp,label
        1,2026-01-02T00:00:00Z,a
        2,2026-01-02T00:00:00Z,"b,""c"""
        1,2026-01-02T00:00:00Z,d

        """#

    private func run(
        _ engine: StorageUnderTest.Engine = .sqlite, _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let answer = try await store.post(
                "/v1/features/apply",
                """
                {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
                  "feature_views":[{"name":"notes","entities":["driver"],"features":[{"name":"note","type":"string"},
                    {"name":"rate","type":"float64"}]}]}}
                """)
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    private func write(_ store: StoreUnderTest, driver: Int, _ values: String, at time: String = "2026-01-01T00:00:00Z")
        async throws
    {
        let answer = try await store.post(
            "/v1/features/rows",
            #"{"view":"notes","rows":[{"entity":{"driver_id":\#(driver)},"event_time":"\#(time)","values":{\#(values)}}]}"#
        )
        #expect(answer.status == 200, "\(answer.message)")
    }

    private func save(
        _ store: StoreUnderTest, _ name: String, _ query: String = "features=notes", rows: String = Self.rows,
        type: String = "text/csv"
    ) async throws -> StoreUnderTest.Answer {
        try await store.send(
            .PUT, "/v1/datasets/\(name)?\(query)", Array(rows.utf8), headers: [("Content-Type", type)])
    }

    private static func digest(_ body: ByteBuffer) -> String {
        SHA256.hash(data: Data(body.readableBytesView)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func keptRowsAreTheJoinsAndNeverChange(engine: StorageUnderTest.Engine) async throws {
        try await run(engine) { store in
            try await write(store, driver: 1, #""note":"x","rate":0.5"#)
            let joined = try await store.send(
                .POST, "/v1/datasets?features=notes", Array(Self.rows.utf8), headers: [("Content-Type", "text/csv")])
            let saved = try await save(store, "first")
            #expect(saved.status == 201, "\(saved.message)")
            let record = try saved.decode(SavedDataset.self)
            #expect(record.status == .ready && record.rows == 3 && record.rowsDone == 3 && record.documents == 0)
            #expect(record.keyColumns == ["driver_id", "event_timestamp"])
            #expect(record.columns.map(\.name) == ["driver_id", "event_timestamp", "label", "note", "rate"])
            #expect(record.columns.map(\.feature) == [nil, nil, nil, "notes@v1:note", "notes@v1:rate"])
            let rows = try await store.send(.GET, "/v1/datasets/first/rows")
            #expect(rows.body == joined.body && Self.digest(rows.body) == record.digest)
            #expect(rows.headers.first(name: "ETag") == "\"\(record.digest ?? "")\"")

            try await write(store, driver: 2, #""note":"late","rate":1"#)
            let again = try await save(store, "first")
            #expect(try again.status == 200 && (again.decode(SavedDataset.self)) == record)
            #expect(try await store.send(.GET, "/v1/datasets/first/rows").body == rows.body)
            for (query, rows) in [
                ("features=notes:note", Self.rows), ("features=notes", Self.rows + "3,2026-01-02T00:00:00Z,e\n"),
            ] {
                let other = try await save(store, "first", query, rows: rows)
                #expect(other.status == 409 && other.code == "dataset_exists")
            }
            let list: SavedDatasetList = try await store.get("/v1/datasets")
            #expect(list.datasets == [record] && list.next == nil)
            #expect(try await store.send(.DELETE, "/v1/datasets/first").status == 204)
            #expect(try await store.send(.GET, "/v1/datasets/first").status == 404)
            #expect(try await store.send(.GET, "/v1/datasets/first/rows").status == 404)
            // The bytes go with the last dataset that has them.
            let files = FileManager.default.enumerator(atPath: folder.path + "/data/content")?.compactMap {
                $0 as? String
            }
            #expect(files?.contains { $0.hasSuffix(record.digest ?? "-") } == false)
        }
    }

    @Test func differencesAreFoundByKeyAndTime() async throws {
        try await run { store in
            try await write(store, driver: 1, #""note":"x","rate":0.5"#)
            try await write(store, driver: 2, #""note":"y","rate":1"#)
            #expect(try await save(store, "old").status == 201)
            try await write(store, driver: 2, #""note":"","rate":2"#)
            let rows = Self.rows.replacing("1,2026-01-02T00:00:00Z,d", with: "3,2026-01-02T00:00:00Z,d")
            #expect(try await save(store, "new", "features=notes&include=status", rows: rows).status == 201)
            let difference: DatasetDifference = try await store.get("/v1/datasets/old/diff?with=new")
            #expect(difference.columns == .init(added: ["note__status", "rate__status"], removed: [], changed: []))
            #expect(difference.rows == .init(added: 1, removed: 1, changed: 1, unchanged: 1) && !difference.identical)
            let changed = try #require(difference.samples.first { $0.kind == .changed })
            #expect(changed.key == ["driver_id": "2", "event_timestamp": "2026-01-02T00:00:00Z"])
            #expect(changed.before == ["note": "y", "rate": "1.0"] && changed.after == ["note": "", "rate": "2.0"])
            let removed = try #require(difference.samples.first { $0.kind == .removed })
            #expect(removed.key["driver_id"] == "1" && removed.before["label"] == "d")
            #expect(difference.samples.first { $0.kind == .added }?.after["note"] == .some(nil))
            // The same rows as JSON lines are the same cells.
            let lines = """
                {"driver_id":1,"event_timestamp":"2026-01-02T00:00:00Z","label":"a"}
                {"driver_id":2,"event_timestamp":"2026-01-02T00:00:00Z","label":"b,\\"c\\""}
                {"driver_id":3,"event_timestamp":"2026-01-02T00:00:00Z","label":"d"}

                """
            let json = try await save(
                store, "json", "features=notes&include=status", rows: lines, type: "application/x-ndjson")
            #expect(json.status == 201, "\(json.message)")
            let same: DatasetDifference = try await store.get("/v1/datasets/new/diff?with=json")
            #expect(same.rows == .init(added: 0, removed: 0, changed: 0, unchanged: 3) && same.samples.isEmpty)
            let unknown = try await store.send(.GET, "/v1/datasets/old/diff?with=none")
            #expect(unknown.status == 404)
        }
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func lineageLeadsToTheDocumentsBytes(engine: StorageUnderTest.Engine) async throws {
        try await run(engine) { store in
            let document = try await store.ingest("page one")
            let finished = try await store.finished(document.id)
            #expect(finished.status.isFinal)
            #expect(document.id == Self.digest(ByteBuffer(string: "%PDF-1.7\npage one")))
            let rows = "document_id,event_timestamp\n\(document.id),2999-01-01T00:00:00Z\nnone,2999-01-01T00:00:00Z\n"
            let saved = try await save(store, "documents", "features=document:page_count", rows: rows)
            #expect(saved.status == 201, "\(saved.message)")
            let lineage: DatasetLineage = try await store.get("/v1/datasets/documents/lineage")
            #expect(lineage.dataset.documents == 1)
            #expect(
                lineage.documents == [.init(id: document.id, name: "a.pdf", mediaType: "application/pdf", size: 17)])
            #expect(try await store.send(.DELETE, "/v1/documents/\(document.id)").status == 204)
            let later: DatasetLineage = try await store.get("/v1/datasets/documents/lineage")
            #expect(later.documents == [.init(id: document.id)])
        }
    }

    /// It is of the state of the store at the order, whatever is written while it waits, and survives a restart.
    @Test func datasetIsBuiltInTheBackgroundAndAfterARestart() async throws {
        let count = 30_000
        let rows = "driver_id,event_timestamp\n" + (0..<count).map { "\($0 % 7),2026-01-02T00:00:00Z\n" }.joined()
        try await run { store in
            try await write(store, driver: 1, #""note":"x""#)
            let accepted = try await save(store, "large", "features=notes:note&async=true", rows: rows)
            #expect(accepted.status == 202 && accepted.headers.first(name: "Location") == "/v1/datasets/large")
            #expect(try accepted.decode(SavedDataset.self).status == .building)
            try await write(store, driver: 1, #""note":"later""#)
        }
        try await run { store in
            var record: SavedDataset = try await store.get("/v1/datasets/large")
            for _ in 0..<600 where record.status == .building {
                #expect((0...count).contains(record.rowsDone))
                try await Task.sleep(for: .milliseconds(100))
                record = try await store.get("/v1/datasets/large")
            }
            #expect(record.status == .ready && record.rowsDone == count, "\(String(describing: record.error))")
            let lines = String(buffer: try await store.send(.GET, "/v1/datasets/large/rows").body).split(
                separator: "\n")
            #expect(lines.count == count + 1 && lines[2] == "1,2026-01-02T00:00:00Z,x")
            #expect(lines.count { $0.hasSuffix(",x") } == (0..<count).count { $0 % 7 == 1 })
        }
    }

    @Test func savedRowsAreJoinedAnew() async throws {
        try await run { store in
            _ = try await save(store, "first", "features=notes&include=status,event_time")
            try await write(store, driver: 2, #""note":"","rate":1"#)
            let again = try await store.post("/v1/datasets?features=notes:note", #"{"dataset":"first"}"#)
            #expect(
                String(buffer: again.body) == #"""
                    driver_id,event_timestamp,label,note
                    1,2026-01-02T00:00:00Z,a,
                    2,2026-01-02T00:00:00Z,"b,""c""",""
                    1,2026-01-02T00:00:00Z,d,

                    """#, "\(again.message)")
        }
    }

    /// The rows of an erased entity are gone, with the file that held them; other datasets stay as they are.
    @Test(arguments: ["csv", "jsonl"], StorageUnderTest.Engine.allCases)
    func erasureReachesSavedDatasets(format: String, engine: StorageUnderTest.Engine) async throws {
        try await run(engine) { store in
            try await write(store, driver: 1, #""note":"secret""#)
            try await write(store, driver: 2, #""note":"two""#)
            let isCSV = format == "csv"
            let type = isCSV ? "text/csv" : "application/x-ndjson"
            let lines = (1...2).map { #"{"driver_id":\#($0),"event_timestamp":"2026-01-02T00:00:00Z"}"# }
            let saved = try await save(
                store, "both", rows: isCSV ? Self.rows : lines.joined(separator: "\n"), type: type)
            #expect(saved.status == 201, "\(saved.message)")
            let before = try saved.decode(SavedDataset.self)
            let other = try await save(
                store, "other", rows: isCSV ? "driver_id,event_timestamp\n2,2026-01-02T00:00:00Z\n" : lines[1],
                type: type)
            let kept = try other.decode(SavedDataset.self)

            let erased = try await store.post(
                "/v1/features/erase", #"{"entity":{"driver_id":1},"reason":"asked to","actor":"test"}"#)
            #expect(
                try erased.decode(EraseAnswer.self) == EraseAnswer(rows: 1, views: ["notes@v1"], datasets: ["both"]),
                "\(erased.message)")
            let after: SavedDataset = try await store.get("/v1/datasets/both")
            let rows = try await store.send(.GET, "/v1/datasets/both/rows")
            #expect(
                String(buffer: rows.body)
                    == (isCSV
                        ? "driver_id,event_timestamp,label,note,rate\n2,2026-01-02T00:00:00Z,\"b,\"\"c\"\"\",two,\n"
                        : #"{"driver_id":2,"event_timestamp":"2026-01-02T00:00:00Z","note":"two","rate":null}"# + "\n"))
            #expect(after.digest == Self.digest(rows.body) && after.digest != before.digest)
            #expect(after.rows == 1 && after.size == rows.body.readableBytes)
            let note = try #require(after.erasures?.first)
            #expect(
                note.rows == before.rows - 1 && note.previousDigest == before.digest && note.reason == "asked to"
                    && after.erasures?.count == 1)
            let untouched: SavedDataset = try await store.get("/v1/datasets/other")
            #expect(untouched == kept)
            // The old bytes are nowhere below the store's folder.
            let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            #expect(
                !files.contains { $0.contains(before.digest ?? "-") }
                    && files.contains { $0.contains(after.digest ?? "-") })
            let again = try await store.post("/v1/features/erase", #"{"entity":{"driver_id":1}}"#)
            #expect(try again.decode(EraseAnswer.self).datasets.isEmpty)
        }
    }

    @Test func whatCannotBeSavedIsToldAtOnce() async throws {
        try await run { store in
            for (name, query, rows, status, field) in [
                ("a%20b", "features=notes", Self.rows, 422, "name"), ("x", "", Self.rows, 422, "features"),
                ("x", "features=notes&async=true", "driver_id\n1\n", 422, "event_timestamp"),
                ("x", "features=notes&async=maybe", Self.rows, 400, "async"),
                ("x", "features=none", Self.rows, 404, "features[0]"),
            ] {
                let answer = try await save(store, name, query, rows: rows)
                #expect(answer.status == status && answer.field == field, "\(query) \(answer.status) \(answer.message)")
            }
            #expect(try await store.send(.GET, "/v1/datasets/x").status == 404)
        }
    }
}
