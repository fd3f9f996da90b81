import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceTesting
import Testing

/// Point-in-time joins over HTTP.
@Suite struct DatasetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[
            {"name":"hourly","entities":["driver"],"ttl":"2h",
             "source":{"format":"csv","path":"driver_stats.csv","created_timestamp_field":"created"},
             "features":[{"name":"conv_rate","type":"float64"},{"name":"acc_rate","type":"float64"},
                         {"name":"avg_daily_trips","type":"int64"}]},
            {"name":"notes","entities":["driver"],"features":[{"name":"note","type":"string"}]}]}}
        """

    private var fixtures: String { Repository.root + "/Tests/FeatureStoreTests/Fixtures" }

    private func run(_ body: (StoreUnderTest) async throws -> Void) async throws {
        try await StoreUnderTest.run(in: folder, flags: ["--features-sources", fixtures]) { store in
            let answer = try await store.post("/v1/features/apply", Self.definitions)
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    /// Feast's driver statistics, with the join that a small independent program made of them: out of order, several rows
    /// of one time, an entity that is not there, rows exactly as old as the time to live.
    @Test func realHistoryJoinsAsAnIndependentProgramSays() async throws {
        try await run { store in
            let read = try await store.post("/materialize", #"{"end_ts":"2030-01-01T00:00:00Z"}"#)
            #expect(read.status == 200, "\(String(buffer: read.body))")
            let rows = try String(contentsOfFile: fixtures + "/entity_rows.csv", encoding: .utf8)
            let answer = try await store.send(
                .POST, "/v1/datasets?features=hourly&include=event_time", Array(rows.utf8),
                headers: [("Content-Type", "text/csv")])
            #expect(answer.status == 200, "\(answer.message)")
            let joined = String(buffer: answer.body).split(separator: "\n").map(String.init)
            let expected = try String(contentsOfFile: fixtures + "/expected_join_ttl2h.csv", encoding: .utf8)
                .split(separator: "\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                }
            #expect(joined.count == expected.count)
            for (line, expected) in zip(joined, expected).dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                // driver_id, event_timestamp, and each feature with its time after it.
                #expect(fields[0] == expected[0] && fields[1] == expected[1])
                #expect(
                    [fields[2], fields[4], fields[6]].map { Double($0) } == expected[2...4].map { Double($0) },
                    "\(line) \(expected)")
                if !expected[5].isEmpty {
                    #expect(Timestamp(rfc3339: fields[3]) == Timestamp(rfc3339: expected[5]), "\(line)")
                }
            }
        }
    }

    @Test func rowsKeepTheirNumberOrderAndText() async throws {
        try await run { store in
            _ = try await store.post(
                "/v1/features/rows",
                """
                {"view":"notes","rows":[
                 {"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"note":"a, \\"b\\""}},
                 {"entity":{"driver_id":1},"event_time":"2026-01-02T00:00:00Z","values":{"note":""}},
                 {"entity":{"driver_id":2},"event_time":"2026-01-01T00:00:00Z","values":{"note":"two"}}]}
                """)
            let csv =
                "label,driver_id,event_timestamp\r\n\"x,1\",2,2026-01-05T00:00:00Z\n y ,1,2026-01-01T00:00:00Z\n"
                + ",1,2025-12-31T23:59:59.999999Z\nz,1,2026-01-02T00:00:00Z\n\"x,1\",2,2026-01-05T00:00:00Z"
            let answer = try await store.send(
                .POST, "/v1/datasets?features=notes:note&include=status", Array(csv.utf8),
                headers: [("Content-Type", "text/csv")])
            #expect(
                String(buffer: answer.body) == """
                    label,driver_id,event_timestamp,note,note__status
                    "x,1",2,2026-01-05T00:00:00Z,two,PRESENT
                     y ,1,2026-01-01T00:00:00Z,"a, ""b\""",PRESENT
                    ,1,2025-12-31T23:59:59.999999Z,,NOT_FOUND
                    z,1,2026-01-02T00:00:00Z,"",PRESENT
                    "x,1",2,2026-01-05T00:00:00Z,two,PRESENT

                    """, "\(answer.message)")
            let lines = """
                {"driver_id":1,"event_timestamp":"2026-01-01T00:00:00+00:00","y":[1, 2]}

                {"y":null, "event_timestamp":"2026-01-01T00:00:00", "driver_id":9 }
                """
            let json = try await store.send(
                .POST, "/v1/datasets?features=notes:note", Array(lines.utf8),
                headers: [("Content-Type", "application/x-ndjson")])
            #expect(
                String(buffer: json.body) == """
                    {"driver_id":1,"event_timestamp":"2026-01-01T00:00:00+00:00","y":[1, 2],"note":"a, \\"b\\""}
                    {"y":null, "event_timestamp":"2026-01-01T00:00:00", "driver_id":9 ,"note":null}

                    """, "\(json.message)")
        }
    }

    @Test func knownAtGivesYesterdaysAnswerAgain() async throws {
        try await run { store in
            for (created, note) in [("2026-02-01T00:00:00Z", "first"), ("2026-03-01T00:00:00Z", "corrected")] {
                _ = try await store.post(
                    "/v1/features/rows",
                    """
                    {"view":"notes","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z",
                      "created_time":"\(created)","values":{"note":"\(note)"}}]}
                    """)
            }
            for (query, note) in [
                ("", "corrected"), ("&known_at=2026-02-15T00:00:00Z", "first"), ("&known_at=2026-01-15T00:00:00Z", ""),
            ] {
                let answer = try await store.send(
                    .POST, "/v1/datasets?features=notes" + query,
                    Array("driver_id,event_timestamp\n1,2026-01-10T00:00:00Z\n".utf8),
                    headers: [("Content-Type", "text/csv")])
                #expect(String(buffer: answer.body).hasSuffix("1,2026-01-10T00:00:00Z,\(note)\n"), "\(query)")
            }
        }
    }

    @Test(arguments: [
        ("features=notes", "driver,event_timestamp\n1,2026-01-01T00:00:00Z", "driver_id"),
        ("features=notes", "driver_id,at\n1,2026-01-01T00:00:00Z", "event_timestamp"),
        ("features=notes", "driver_id,event_timestamp\nx,2026-01-01T00:00:00Z", "driver_id"),
        ("features=notes", "driver_id,event_timestamp\n,2026-01-01T00:00:00Z", "driver_id"),
        ("features=notes", "driver_id,event_timestamp\n1,yesterday", "event_timestamp"),
        ("features=notes", "driver_id,event_timestamp\n1", "line 2"),
        ("features=notes", "driver_id,event_timestamp\n1,\"2026", "line 2"),
        ("features=notes", "driver_id,event_timestamp,note\n1,2026-01-01T00:00:00Z,x", "note"),
        ("features=notes&include=all", "driver_id,event_timestamp\n", "include"),
        ("", "driver_id,event_timestamp\n", "features"),
    ])
    func badRowsNameTheirPlace(query: String, csv: String, field: String) async throws {
        try await run { store in
            let answer = try await store.send(
                .POST, "/v1/datasets?" + query, Array(csv.utf8), headers: [("Content-Type", "text/csv")])
            #expect(answer.status == 422 && answer.field == field, "\(answer.status) \(answer.message)")
        }
    }

    @Test func materializingTakesFeastsFlagsAndRefusesWhatHasNoSource() async throws {
        try await run { store in
            let none = try await store.post("/materialize?async=True", #"{"feature_views":["notes"]}"#)
            #expect(none.status == 422 && String(buffer: none.body).contains("notes has no source"))
            let bad = try await store.post("/materialize?async=maybe", #"{"feature_views":["hourly"]}"#)
            #expect(bad.status == 400 && String(buffer: bad.body).contains("async"))
            let accepted = try await store.post("/materialize?async=True", #"{"feature_views":["hourly"]}"#)
            #expect(accepted.status == 202 && String(buffer: accepted.body).contains(#""feature_views":["hourly"]"#))
            // The asynchronous run is under way or over; forced, the other one does not wait to know.
            let forced = try await store.post("/materialize?force=True", #"{"feature_views":["hourly"]}"#)
            #expect(forced.status == 200, "\(String(buffer: forced.body))")
            let answer = try await store.post(
                "/get-online-features", #"{"features":["hourly:avg_daily_trips"],"entities":{"driver_id":[1001]}}"#)
            #expect(String(buffer: answer.body).contains(#""statuses":["OUTSIDE_MAX_AGE"]"#))
        }
    }

    /// Python writes a column of whole numbers with gaps as `7.0`; what is beyond a double's 53 bits stays exact.
    @Test(arguments: [
        ("7.0", "7"), ("7.", "7"), ("-7.000", "-7"), ("9007199254740993.0", "9007199254740993"), ("", ""),
    ])
    func wholeNumbersMayHaveAPoint(written: String, read: String) async throws {
        let sources = folder.path + "/sources"
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
        try
            "event_timestamp,driver_id,conv_rate,acc_rate,avg_daily_trips,created\n2026-01-02T00:00:00Z,1.0,,,\(written),\n"
            .write(toFile: sources + "/driver_stats.csv", atomically: true, encoding: .utf8)
        try await StoreUnderTest.run(in: folder, flags: ["--features-sources", sources]) { store in
            _ = try await store.post("/v1/features/apply", Self.definitions)
            _ = try await store.post("/materialize", "{}")
            let answer = try await store.send(
                .POST, "/v1/datasets?features=hourly:avg_daily_trips",
                Array("driver_id,event_timestamp\n1,2026-01-02T01:00:00Z\n".utf8),
                headers: [("Content-Type", "text/csv")])
            #expect(String(buffer: answer.body).hasSuffix("1,2026-01-02T01:00:00Z,\(read)\n"), "\(answer.message)")
        }
    }

    /// A source that comes again, with a row that is late, is read whole and writes what is new.
    @Test func materializingAgainFindsLateRows() async throws {
        let sources = folder.path + "/sources"
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
        let header = "event_timestamp,driver_id,conv_rate,acc_rate,avg_daily_trips,created\n"
        let row = "2026-01-02T00:00:00Z,1,0.5,,7,2026-01-02T01:00:00Z\n"
        let late = "2026-01-01T00:00:00Z,1,0.25,,6,2026-01-09T01:00:00Z\n"
        let path = sources + "/driver_stats.csv"
        try await StoreUnderTest.run(in: folder, flags: ["--features-sources", sources]) { store in
            _ = try await store.post("/v1/features/apply", Self.definitions)
            for text in [header + row, header + row + late, header + row + late] {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                let answer = try await store.post("/materialize-incremental", #"{"end_ts":"2026-01-31T00:00:00Z"}"#)
                #expect(answer.status == 200, "\(String(buffer: answer.body))")
            }
            let answer = try await store.send(
                .POST, "/v1/datasets?features=hourly:avg_daily_trips",
                Array("driver_id,event_timestamp\n1,2026-01-01T01:00:00Z\n1,2026-01-02T01:00:00Z\n".utf8),
                headers: [("Content-Type", "text/csv")])
            #expect(
                String(buffer: answer.body).split(separator: "\n").dropFirst().map { $0.split(separator: ",").last }
                    == ["6", "7"])
            try (header + "nonsense\n").write(toFile: path, atomically: true, encoding: .utf8)
            let bad = try await store.post("/materialize", #"{"feature_views":["hourly"]}"#)
            #expect(bad.status == 422 && String(buffer: bad.body).contains("line 2"))
        }
    }

    /// The same of JSON lines: late rows, parts of rows, and a line that is none, which is told by its number.
    @Test func materializingJSONLinesAgainFindsLateRows() async throws {
        let sources = folder.path + "/sources"
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
        let rows = [
            #"{"driver_id":1,"event_timestamp":"2026-01-02T00:00:00Z","conv_rate":0.5,"avg_daily_trips":7}"#,
            #"{"driver_id":2,"event_timestamp":"2026-01-02T00:00:00Z","avg_daily_trips":9}"#,
        ]
        let late = [
            #"{"driver_id":1,"event_timestamp":"2026-01-01T00:00:00Z","avg_daily_trips":6}"#,
            // A part of what was there already: the rest stays.
            #"{"driver_id":1,"event_timestamp":"2026-01-02T12:00:00Z","conv_rate":null}"#,
        ]
        let path = sources + "/stats.jsonl"
        let definitions = Self.definitions.replacing(
            #""format":"csv","path":"driver_stats.csv","created_timestamp_field":"created""#,
            with: #""format":"jsonl","path":"stats.jsonl""#
        ).replacing(#""ttl":"2h","#, with: "")
        try await StoreUnderTest.run(in: folder, flags: ["--features-sources", sources]) { store in
            #expect(try await store.post("/v1/features/apply", definitions).status == 200)
            for lines in [rows, rows + late, late + rows] {
                try (lines.joined(separator: "\r\n") + "\n\n").write(toFile: path, atomically: true, encoding: .utf8)
                let answer = try await store.post("/materialize-incremental", #"{"end_ts":"2026-01-31T00:00:00Z"}"#)
                #expect(answer.status == 200, "\(String(buffer: answer.body))")
            }
            let times = ["2026-01-01T01:00:00Z", "2026-01-02T01:00:00Z", "2026-01-02T13:00:00Z"]
            let answer = try await store.send(
                .POST, "/v1/datasets?features=hourly:avg_daily_trips,hourly:conv_rate",
                Array(("driver_id,event_timestamp\n" + times.map { "1,\($0)\n" }.joined()).utf8),
                headers: [("Content-Type", "text/csv")])
            #expect(
                String(buffer: answer.body).split(separator: "\n").dropFirst().map {
                    $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2).joined(separator: " ")
                } == ["6 ", "7 0.5", "7 "], "\(answer.message)")
            try (rows[0] + "\nnonsense\n").write(toFile: path, atomically: true, encoding: .utf8)
            let bad = try await store.post("/materialize", #"{"feature_views":["hourly"]}"#)
            #expect(bad.status == 422 && String(buffer: bad.body).contains("line 2"))
        }
    }
}
