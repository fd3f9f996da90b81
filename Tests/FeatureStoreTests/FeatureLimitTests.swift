import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// The bounds of a request for features: none takes the process's memory, whatever it asks for.
@Suite struct FeatureLimitTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ body: (StoreUnderTest) async throws -> Void) async throws {
        let wide = (0..<60).map { #"{"name":"f\#($0)","type":"int64"}"# }.joined(separator: ",")
        try await StoreUnderTest.run(in: folder) { store in
            let answer = try await store.post(
                "/v1/features/apply",
                """
                {"definitions":{
                  "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]},
                              {"name":"city","join_keys":[{"name":"city","type":"string"}]}],
                  "feature_views":[
                    {"name":"notes","entities":["driver"],"features":[{"name":"note","type":"string"}]},
                    {"name":"places","entities":["city"],"features":[{"name":"size","type":"int64"}]},
                    {"name":"wide","entities":["driver"],"features":[\(wide)]}]}}
                """)
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    private static func entities(_ count: Int) -> String {
        #""entities":{"driver_id":["# + Array(repeating: "1", count: count).joined(separator: ",") + "]}"
    }

    @Test func rowsAndCellsAreCounted() async throws {
        try await run { store in
            let most = try await store.post(
                "/v1/features/online", #"{"features":["notes"],"# + Self.entities(100_000) + "}")
            #expect(most.status == 200, "\(most.message)")
            for path in ["/v1/features/online", "/get-online-features"] {
                let rows = try await store.post(path, #"{"features":["notes:note"],"# + Self.entities(100_001) + "}")
                #expect(rows.status == 422 && String(buffer: rows.body).contains("100001 rows"), "\(path)")
                let features = (0..<60).map { "\"wide:f\($0)\"" }.joined(separator: ",")
                let cells = try await store.post(path, #"{"features":[\#(features)],"# + Self.entities(90_000) + "}")
                #expect(cells.status == 422 && String(buffer: cells.body).contains("5000000 cells"), "\(path)")
            }
        }
    }

    @Test func answerHasALargestSize() async throws {
        try await run { store in
            let text = String(repeating: "x", count: 1_000_000)
            let row = #"{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"note":"\#(text)"}}"#
            let written = try await store.post("/v1/features/rows", #"{"view":"notes","rows":["# + row + "]}")
            #expect(written.status == 200, "\(written.message)")
            for path in ["/v1/features/online", "/get-online-features"] {
                let few = try await store.post(path, #"{"features":["notes:note"],"# + Self.entities(2) + "}")
                #expect(few.status == 200 && few.body.readableBytes > 2_000_000)
                let many = try await store.post(path, #"{"features":["notes:note"],"# + Self.entities(300) + "}")
                #expect(many.status == 413, "\(path): \(many.status)")
            }
            let larger = row.replacing("\"xxx", with: "\"" + String(repeating: "x", count: 60_000))
            let refused = try await store.post("/v1/features/rows", #"{"view":"notes","rows":["# + larger + "]}")
            #expect(refused.status == 422 && refused.field == "rows[0]", "\(refused.message)")
        }
    }

    /// A key has to fit PostgreSQL's index entries, on every engine and wherever it comes from.
    @Test func keyHasALargestSize() async throws {
        try await run { store in
            // Four bytes say how long the text is.
            for (length, status) in [(1996, 200), (1997, 422)] {
                let city = String(repeating: "y", count: length)
                let row = #"{"entity":{"city":"\#(city)"},"event_time":"2026-01-01T00:00:00Z","values":{"size":1}}"#
                let written = try await store.post("/v1/features/rows", #"{"view":"places","rows":["# + row + "]}")
                #expect(written.status == status, "\(written.message)")
                if status == 422 { #expect(written.field == "rows[0].entity.city") }
                let read = try await store.post(
                    "/v1/features/online", #"{"features":["places"],"entities":{"city":["\#(city)"]}}"#)
                #expect(read.status == status, "\(read.message)")
                for (type, body) in [
                    ("text/csv", "city,event_timestamp\n\(city),2026-01-01T00:00:00Z\n"),
                    ("application/x-ndjson", #"{"city":"\#(city)","event_timestamp":"2026-01-01T00:00:00Z"}"#),
                ] {
                    let joined = try await store.send(
                        .POST, "/v1/datasets?features=places", Array(body.utf8), headers: [("Content-Type", type)])
                    #expect(joined.status == status, "\(type): \(joined.message)")
                    if status == 422 { #expect(joined.field == "city") }
                }
            }
        }
    }

    @Test func everyLineIsLookedAtForTakenNames() async throws {
        try await run { store in
            let lines = """
                {"driver_id":1,"event_timestamp":"2026-01-01T00:00:00Z"}
                {"driver_id":1,"event_timestamp":"2026-01-01T00:00:00Z","note":"mine"}
                """
            let answer = try await store.send(
                .POST, "/v1/datasets?features=notes", Array(lines.utf8),
                headers: [("Content-Type", "application/x-ndjson")])
            #expect(answer.status == 422 && answer.code == "feature_name_collision" && answer.field == "note")
        }
    }
}
