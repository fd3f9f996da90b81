import FeatureStore
import Foundation
import NIOCore
import ServiceAPI
import Testing

/// Features over HTTP on our own routes.
@Suite struct FeatureAPITests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]},
                      {"name":"city","join_keys":[{"name":"city","type":"string"}]}],
          "feature_views":[
            {"name":"stats","entities":["driver"],"ttl":"1h",
             "features":[{"name":"trips","type":"int64"},{"name":"rate","type":"float64"}]},
            {"name":"fares","entities":["driver","city"],"features":[{"name":"fare","type":"float32"}]}],
          "feature_services":[{"name":"a","features":["stats:trips"]},{"name":"b","features":["stats","fares"]}]}}
        """

    private func run(
        clock: Timestamp? = Timestamp(rfc3339: "2026-01-01T12:00:00Z"), _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        try await StoreUnderTest.run(in: folder, clock: { clock ?? .now() }) { store in
            let answer = try await store.post("/v1/features/apply", Self.definitions)
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    @Test func oneRequestReadsSeveralServicesInOrder() async throws {
        try await run { store in
            let written = try await store.post(
                "/v1/features/rows",
                """
                {"view":"stats","rows":[
                  {"entity":{"driver_id":1},"event_time":"2026-01-01T11:30:00Z","values":{"trips":9007199254740993}},
                  {"entity":{"driver_id":1},"event_time":"2026-01-01T11:00:00Z","values":{"rate":0.25}},
                  {"entity":{"driver_id":2},"event_time":"2026-01-01T10:59:59.999999Z","values":{"trips":2,"rate":null}}]}
                """)
            #expect(try written.decode(WriteAnswer.self) == WriteAnswer(written: 3, replayed: 0))
            let fare = try await store.post(
                "/v1/features/rows",
                """
                {"view":"fares","rows":[
                 {"entity":{"driver_id":1,"city":"Å"},"event_time":"2020-01-01T00:00:00Z","values":{"fare":0.5}}]}
                """)
            #expect(fare.status == 200, "\(fare.message)")
            let answer = try await store.post(
                "/v1/features/online",
                """
                {"services":["b","a"],"entities":{"driver_id":[1,2,3,1],"city":["Å","Å","Å","B"]}}
                """)
            #expect(answer.status == 200, "\(answer.message)")
            let online = try answer.decode(Online.self)
            #expect(online.as_of == "2026-01-01T12:00:00.000000Z" && online.rows == 4)
            #expect(online.columns.map(\.name) == ["trips", "rate", "fare"])
            #expect(online.columns.map(\.feature) == ["stats@v1:trips", "stats@v1:rate", "fares@v1:fare"])
            #expect(online.columns[0].statuses == ["PRESENT", "OUTSIDE_MAX_AGE", "NOT_FOUND", "PRESENT"])
            // Exactly as old as the time to live still counts; null is older here.
            #expect(online.columns[1].statuses == ["PRESENT", "OUTSIDE_MAX_AGE", "NOT_FOUND", "PRESENT"])
            #expect(online.columns[2].statuses == ["PRESENT", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"])
            #expect(online.columns[0].event_times[0] == "2026-01-01T11:30:00.000000Z")
            #expect(online.columns[1].event_times[0] == "2026-01-01T11:00:00.000000Z")
            #expect(online.columns[0].event_times[2] == nil)
            #expect(String(buffer: answer.body).contains(#""values":[9007199254740993,null,null,9007199254740993]"#))
            #expect(String(buffer: answer.body).contains(#""values":[0.5,null,null,null]"#))

            let stale = try await store.post(
                "/v1/features/online",
                #"{"features":["stats:trips"],"entities":[{"driver_id":2}],"include_expired":true}"#)
            #expect(String(buffer: stale.body).contains(#""values":[2],"statuses":["OUTSIDE_MAX_AGE"]"#))
        }
    }

    private struct Online: Decodable {
        struct Column: Decodable {
            var name: String
            var feature: String
            var statuses: [String]
            var event_times: [String?]
        }

        var as_of: String
        var rows: Int
        var columns: [Column]
    }

    @Test(arguments: [
        ("/v1/features/online", #"{"features":["stats:trips"]}"#, 422, "entities"),
        ("/v1/features/online", #"{"entities":{"driver_id":[1]}}"#, 422, "features"),
        ("/v1/features/online", #"{"features":["none:x"],"entities":{"driver_id":[1]}}"#, 404, "features[0]"),
        ("/v1/features/online", #"{"features":["stats@v9:trips"],"entities":{"driver_id":[1]}}"#, 404, "features[0]"),
        ("/v1/features/online", #"{"features":["stats:none"],"entities":{"driver_id":[1]}}"#, 422, "features[0]"),
        ("/v1/features/online", #"{"features":[":"],"entities":{"driver_id":[1]}}"#, 422, "features[0]"),
        ("/v1/features/online", #"{"features":[1],"entities":{"driver_id":[1]}}"#, 422, "features"),
        ("/v1/features/online", #"{"services":["none"],"entities":{"driver_id":[1]}}"#, 404, "services"),
        ("/v1/features/online", #"{"services":["b"],"entities":{"driver_id":[1]}}"#, 422, "entities.city"),
        ("/v1/features/online", #"{"services":["b"],"entities":{"driver_id":[1],"city":[]}}"#, 422, "entities.city"),
        ("/v1/features/online", #"{"services":["a"],"entities":{"driver_id":["1"]}}"#, 422, "entities.driver_id[0]"),
        ("/v1/features/online", #"{"services":["a"],"entities":{"driver_id":[1,null]}}"#, 422, "entities.driver_id[1]"),
        ("/v1/features/online", #"{"services":["a"],"entities":{"driver_id":[1.5]}}"#, 422, "entities.driver_id[0]"),
        (
            "/v1/features/online", #"{"services":["a"],"entities":{"driver_id":[9223372036854775808]}}"#, 422,
            "entities.driver_id[0]"
        ),
        ("/v1/features/online", #"{"services":["a"],"entities":[{"driver_id":1},{"x":1}]}"#, 422, "entities[1]"),
        ("/v1/features/online", #"{"services":["a"],"entities":{"driver_id":[1]},"x":1}"#, 422, "x"),
        ("/v1/features/rows", #"{"rows":[]}"#, 422, "view"),
        ("/v1/features/rows", #"{"view":"none","rows":[]}"#, 404, "view"),
        (
            "/v1/features/rows",
            #"{"view":"document","rows":[{"entity":{"document_id":"x"},"event_time":"2026-01-01T00:00:00Z","values":{"page_count":1}}]}"#,
            422, "view"
        ),
        ("/v1/features/rows", #"{"view":"stats","rows":[1]}"#, 422, "rows[0]"),
        ("/v1/features/rows", #"{"view":"stats","rows":[{"entity":{"driver_id":1}}]}"#, 422, "rows[0].event_time"),
        (
            "/v1/features/rows",
            #"{"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"2026-02-30T00:00:00Z","values":{"trips":1}}]}"#,
            422, "rows[0].event_time"
        ),
        (
            "/v1/features/rows",
            #"{"view":"stats","rows":[{"entity":{},"event_time":"2026-01-01T00:00:00Z","values":{"trips":1}}]}"#, 422,
            "rows[0].entity.driver_id"
        ),
        (
            "/v1/features/rows",
            #"{"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"trips":1.5}}]}"#,
            422, "rows[0].values.trips"
        ),
        (
            "/v1/features/rows",
            #"{"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"none":1}}]}"#,
            422, "rows[0].values.none"
        ),
        (
            "/v1/features/rows",
            #"{"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"rate":NaN}}]}"#,
            422, "rows[0].values.rate"
        ),
        (
            "/v1/features/rows",
            #"{"view":"stats","mode":"strict","rows":[{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"rate":1}}]}"#,
            422, "rows[0].values.trips"
        ),
        ("/v1/features/erase", #"{"entity":{"x":1}}"#, 422, "entity"),
        ("/v1/features/erase", #"{"entity":{"driver_id":"x"}}"#, 422, "entity"),
        ("/v1/features/erase", #"{}"#, 422, "entity"),
        ("/v1/features/apply", #"{"definitions":{"feature_view":[]}}"#, 422, "definitions.feature_view"),
        ("/v1/features/online", "{", 400, nil), ("/v1/features/rows", "[]", 422, nil),
    ])
    func badRequestNamesItsField(path: String, body: String, status: Int, field: String?) async throws {
        try await run { store in
            let answer = try await store.post(path, body)
            #expect(answer.status == status, "\(body): \(answer.message)")
            #expect(answer.field == field, "\(body): \(answer.message)")
        }
    }

    @Test func erasedEntityIsForgottenEverywhereAndNoted() async throws {
        try await run { store in
            for trips in 1...3 {
                _ = try await store.post(
                    "/v1/features/rows",
                    #"{"view":"stats","rows":[{"entity":{"driver_id":7},"event_time":"2026-01-01T11:00:0\#(trips)Z","values":{"trips":\#(trips)}}]}"#
                )
            }
            let erased = try await store.post(
                "/v1/features/erase", #"{"entity":{"driver_id":7},"reason":"asked for it","actor":"ann"}"#)
            #expect(try erased.decode(EraseAnswer.self) == EraseAnswer(rows: 3, views: ["stats@v1"]))
            let answer = try await store.post(
                "/v1/features/online", #"{"services":["a"],"entities":{"driver_id":[7]}}"#)
            #expect(String(buffer: answer.body).contains(#""statuses":["NOT_FOUND"]"#))
            let notes: ErasureList = try await store.get("/v1/features/erasures")
            #expect(notes.erasures.count == 1 && notes.erasures[0].reason == "asked for it")
            #expect(notes.erasures[0].erasedAt == "2026-01-01T12:00:00.000000Z")
        }
    }

    /// What was removed from the registry still has rows, and they are an entity's, too.
    @Test func erasureReachesRemovedViews() async throws {
        try await run { store in
            _ = try await store.post(
                "/v1/features/rows",
                #"{"view":"stats","rows":[{"entity":{"driver_id":7},"event_time":"2026-01-01T11:00:00Z","values":{"trips":1}}]}"#
            )
            let pruned = try await store.post(
                "/v1/features/apply",
                #"{"prune":true,"allow_destructive":true,"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}]}}"#
            )
            #expect(pruned.status == 200, "\(pruned.message)")
            let erased = try await store.post("/v1/features/erase", #"{"entity":{"driver_id":7}}"#)
            #expect(try erased.decode(EraseAnswer.self) == EraseAnswer(rows: 1, views: ["stats@v1"]))
            // After a start the removed view is known from the store.
        }
        try await StoreUnderTest.run(in: folder) { store in
            let again = try await store.post("/v1/features/erase", #"{"entity":{"driver_id":7}}"#)
            #expect(try again.decode(EraseAnswer.self) == EraseAnswer(rows: 0, views: ["stats@v1"]))
            let notes: ErasureList = try await store.get("/v1/features/erasures")
            #expect(notes.erasures.map(\.views) == [["stats@v1"], ["stats@v1"]])
        }
    }

    @Test func newVersionReadsItsOwnRowsAndTheOldStayReadable() async throws {
        try await run { store in
            let row = #"{"entity":{"driver_id":1},"event_time":"2026-01-01T11:30:00Z","values":{"trips":"#
            _ = try await store.post("/v1/features/rows", #"{"view":"stats","rows":["# + row + "1}}]}")
            let changed = Self.definitions.replacing(
                #""trips","type":"int64""#, with: #""trips","type":"string""#)
            let applied = try await store.post("/v1/features/apply", changed)
            #expect(try applied.decode(ApplyAnswer.self).changes.map(\.action) == [.newVersion])
            _ = try await store.post("/v1/features/rows", #"{"view":"stats","rows":["# + row + #""many"}}]}"#)
            let answer = try await store.post(
                "/v1/features/online",
                #"{"features":["stats:trips","stats@v1:trips"],"full_feature_names":true,"entities":{"driver_id":[1]}}"#
            )
            #expect(answer.status == 422 && answer.code == "feature_name_collision")
            for (name, value) in [("stats", #"["many"]"#), ("stats@v1", "[1]"), ("stats@latest", #"["many"]"#)] {
                let answer = try await store.post(
                    "/v1/features/online", #"{"features":["\#(name):trips"],"entities":{"driver_id":[1]}}"#)
                #expect(String(buffer: answer.body).contains(#""values":"# + value), "\(name)")
            }
        }
    }

    @Test func destructiveChangeNeedsItsFlag() async throws {
        try await run { store in
            let before: RegistryAnswer = try await store.get("/v1/features/registry")
            let fewer = Self.definitions.replacing(#",{"name":"rate","type":"float64"}"#, with: "")
            let refused = try await store.post("/v1/features/apply", fewer)
            #expect(refused.status == 409 && refused.code == "destructive_change")
            let planned = try await store.post("/v1/features/plan", fewer)
            #expect(try planned.decode(ApplyAnswer.self).changes.map(\.destructive) == [true])
            let allowed = try await store.post(
                "/v1/features/apply", "{\"allow_destructive\":true," + fewer.dropFirst())
            #expect(allowed.status == 200, "\(allowed.message)")
            let registry: RegistryAnswer = try await store.get("/v1/features/registry")
            #expect(
                registry.generation == before.generation + 1
                    && registry.featureViews.map(\.definition.name) == ["document", "fares", "stats"])
        }
    }
}
