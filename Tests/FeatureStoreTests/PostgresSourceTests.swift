import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// Views that are materialized from PostgreSQL.
@Suite struct PostgresSourceTests {
    private let folder: TemporaryFolder
    private let database: String

    init() throws {
        folder = try TemporaryFolder()
        database = try PostgresServer.database()
    }

    private func run(_ source: String, _ body: (StoreUnderTest) async throws -> Void) async throws {
        try await StoreUnderTest.run(in: folder, flags: ["--features-source-database", database]) { store in
            let answer = try await apply(store, source)
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    private func apply(_ store: StoreUnderTest, _ source: String) async throws -> StoreUnderTest.Answer {
        try await store.post(
            "/v1/features/apply",
            """
            {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
              "feature_views":[{"name":"trips","entities":["driver"],"source":{"format":"postgres",\(source)},
                "features":[{"name":"n","type":"int64"},{"name":"fare","type":"float64"},{"name":"note","type":"string"}]}]}}
            """)
    }

    private func materialize(_ store: StoreUnderTest, to end: String = "2026-02-01T00:00:00Z") async throws {
        let answer = try await store.post("/materialize-incremental", #"{"end_ts":"\#(end)"}"#)
        #expect(answer.status == 200, "\(String(buffer: answer.body))")
    }

    /// `n` at noon of days of January.
    private func held(_ store: StoreUnderTest, _ driver: Int = 1, days: ClosedRange<Int> = 1...5) async throws
        -> [String]
    {
        let rows = "driver_id,event_timestamp\n" + days.map { "\(driver),2026-01-0\($0)T12:00:00Z\n" }.joined()
        let answer = try await store.send(
            .POST, "/v1/datasets?features=trips:n", Array(rows.utf8), headers: [("Content-Type", "text/csv")])
        return String(buffer: answer.body).split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        }
    }

    private func insert(_ rows: String...) throws {
        try PostgresServer.execute(
            "INSERT INTO trips (id, driver_id, at, n, fare, note) VALUES " + rows.joined(separator: ", "), in: database)
    }

    private static let table = """
        CREATE TABLE trips (id bigserial PRIMARY KEY, driver_id int NOT NULL, at timestamptz, n int, fare numeric, note text)
        """

    @Test func entityRowsComeFromATableOrAQuery() async throws {
        try PostgresServer.execute(Self.table, in: database)
        try PostgresServer.execute(
            """
            CREATE TABLE wanted (driver_id bigint, event_timestamp timestamptz, label text);
            INSERT INTO wanted VALUES (1, '2026-01-03 01:00+01', 'a'), (2, '2026-01-03 00:00+00', NULL)
            """, in: database)
        try insert("(100, 1, '2026-01-02 00:00+00', 2, 0.1, 'x')")
        try await run(#""table":"public.trips","timestamp_field":"at""#) { store in
            try await materialize(store)
            func join(_ body: String) async throws -> StoreUnderTest.Answer {
                try await store.post("/v1/datasets?features=trips:n", body)
            }
            let query = "SELECT * FROM wanted ORDER BY driver_id DESC"
            for (body, order) in [
                (#"{"table":"wanted"}"#, [2, nil] as [Int?]), (#"{"query":"\#(query)"}"#, [nil, 2]),
            ] {
                let answer = try await join(body)
                #expect(answer.status == 200 && answer.headers.first(name: "Content-Type")?.contains("ndjson") == true)
                let lines = String(buffer: answer.body).split(separator: "\n")
                let held = lines.map { line -> Int? in
                    line.hasSuffix(#","n":2}"#) ? 2 : line.hasSuffix(#","n":null}"#) ? nil : -1
                }
                #expect(held == order, "\(answer.message)")
                #expect(lines.allSatisfy { $0.contains(#""label": "#) })
            }
            let saved = try await store.send(
                .PUT, "/v1/datasets/wanted?features=trips:n", Array(#"{"table":"wanted"}"#.utf8),
                headers: [("Content-Type", "application/json")])
            #expect(saved.status == 201, "\(saved.message)")
            // The same rows, of which the store knows more by now.
            try insert("(101, 2, '2026-01-02 00:00+00', 5, 0.1, 'x')")
            try await materialize(store)
            let again = try await join(#"{"dataset":"wanted"}"#)
            #expect(
                String(buffer: again.body)
                    == #"{"driver_id":1,"event_timestamp":"2026-01-03T00:00:00+00:00","label":"a","n":2}"# + "\n"
                    + #"{"driver_id":2,"event_timestamp":"2026-01-03T00:00:00+00:00","label":null,"n":5}"# + "\n")
            for (body, field) in [
                (#"{"table":"nowhere"}"#, "table"), (#"{"query":"DELETE FROM wanted"}"#, "query"),
                (#"{"query":"SELECT 1","table":"wanted"}"#, "dataset"), (#"{"rows":1}"#, "rows"),
            ] {
                let answer = try await join(body)
                #expect(answer.status == 422 && answer.field == field, "\(body) \(answer.status) \(answer.message)")
            }
            #expect(try await join(#"{"dataset":"nothing"}"#).status == 404)
        }
    }

    @Test func rowsAreReadByTheirOrderSoThatLateOnesAreFound() async throws {
        try PostgresServer.execute(Self.table, in: database)
        try insert(
            "(100, 1, '2026-01-02 00:00+00', 2, 0.1, 'it''s \"x\" \\ y')",
            "(101, 1, '2026-01-04 02:00+02', 4, NULL, NULL)")
        try await run(#""table":"public.trips","order_field":"id","overlap":10,"timestamp_field":"at""#) { store in
            try await materialize(store)
            #expect(try await held(store) == ["", "2", "2", "4", "4"])
            let online = try await store.post(
                "/v1/features/online", #"{"features":["trips:fare","trips:note"],"entities":{"driver_id":[1]}}"#)
            #expect(String(buffer: online.body).contains(#""values":[null],"statuses":["NULL_VALUE"]"#))
            // A late row: an old event, a new number. Then one whose transaction ended late: a number below the greatest.
            try insert("(120, 1, '2026-01-03 00:00+00', 3, 1, 'late')")
            try await materialize(store)
            #expect(try await held(store) == ["", "2", "3", "4", "4"])
            try insert("(115, 1, '2026-01-01 00:00+00', 1, 1, 'slow')")
            try await materialize(store)
            #expect(try await held(store) == ["1", "2", "3", "4", "4"])
            // What is further below than the overlap was read before: it is not asked for again.
            try insert("(5, 1, '2026-01-05 00:00+00', 5, 1, 'too old a number')")
            try await materialize(store)
            #expect(try await held(store).last == "4")
            // A window reads everything.
            let window = try await store.post(
                "/materialize",
                #"{"start_ts":"2026-01-04T12:00:00Z","end_ts":"2026-01-05T00:00:00Z","feature_views":["trips"]}"#)
            #expect(window.status == 200, "\(String(buffer: window.body))")
            #expect(try await held(store).last == "5")
        }
    }

    /// Behind it the mark stands still, however many rows follow.
    @Test func rowThatIsNotDueYetIsFoundLater() async throws {
        try PostgresServer.execute(Self.table, in: database)
        try insert(
            "(1, 1, '2026-01-01 00:00+00', 1, 1, '')", "(2, 1, '2026-01-05 00:00+00', 5, 1, '')",
            "(3, 2, '2026-01-01 00:00+00', 7, 1, '')")
        try await run(#""table":"trips","order_field":"id","overlap":0,"timestamp_field":"at""#) { store in
            try await materialize(store, to: "2026-01-03T00:00:00Z")
            #expect(try await held(store) == ["1", "1", "1", "1", "1"])
            #expect(try await held(store, 2, days: 1...1) == ["7"])
            try await materialize(store, to: "2026-01-06T00:00:00Z")
            #expect(try await held(store) == ["1", "1", "1", "1", "5"])
        }
    }

    @Test func queriesAreReadWholeAndInBlocks() async throws {
        try PostgresServer.execute(
            Self.table
                + "; INSERT INTO trips (driver_id, at, n) SELECT 1 + i % 5000, '2026-01-01', i FROM generate_series(0, 9999) i",
            in: database)
        let query = "SELECT driver_id, at, max(n) AS n, sum(fare) AS fare, min(note) AS note FROM trips GROUP BY 1, 2"
        try await run(#""query":"\#(query)","timestamp_field":"at""#) { store in
            try await materialize(store)
            #expect(try await held(store, 5000, days: 1...1) == ["9999"])
            #expect(try await held(store, 1, days: 1...1) == ["5000"])
        }
    }

    @Test(arguments: [
        (#""query":"SELECT none FROM trips""#, "column \"none\" does not exist"),
        (#""table":"nothing""#, "relation \"nothing\" does not exist"),
        (#""query":"DELETE FROM trips RETURNING *""#, "source of view trips"),
        (#""query":"SELECT 1 AS driver_id) r; DROP TABLE trips; SELECT * FROM (SELECT 1""#, "multiple commands"),
        (#""table":"trips\" r; DROP TABLE trips; --""#, "does not exist"),
        (#""table":"trips","order_field":"note""#, "invalid input syntax for type bigint"),
        (#""query":"SELECT 'x' AS driver_id, now() AS at""#, "column driver_id"),
        (#""query":"SELECT 1 AS driver_id, now() AS at, setval('trips_id_seq', 9) AS n""#, "read-only"),
    ])
    func badSourcesAreTheCallersFault(source: String, message: String) async throws {
        try PostgresServer.execute(Self.table + "; INSERT INTO trips VALUES (1, 1, now(), 1, 1, 'x')", in: database)
        try await run(source + #","timestamp_field":"at""#) { store in
            for _ in 0..<2 {
                let answer = try await store.post("/materialize", #"{"feature_views":["trips"]}"#)
                let text = String(buffer: answer.body)
                #expect(
                    answer.status == 422 && text.replacing("\\\"", with: "\"").contains(message),
                    "\(answer.status) \(text)")
            }
        }
        try PostgresServer.execute("SELECT 1 / count(*) FROM trips", in: database)
    }

    @Test(arguments: [
        (#""path":"x","table":"t""#, "path"), ("\"overlap\":1", "query"), (#""table":"t","query":"SELECT 1""#, "query"),
        (#""table":"t","overlap":-1"#, "overlap"), (#""table":"""#, "table"),
    ])
    func badDeclarationsNameTheirField(source: String, field: String) async throws {
        try await StoreUnderTest.run(in: folder) { store in
            let answer = try await apply(store, source)
            #expect(answer.status == 422 && answer.field == "feature_views[0].source.\(field)", "\(answer.message)")
        }
    }
}
