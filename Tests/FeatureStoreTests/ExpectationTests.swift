import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// What is expected of features, on write and on demand.
@Suite struct ExpectationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func definitions(_ mode: String, drift: String = "") -> String {
        """
        {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"stats","entities":["driver"],"on_violation":"\(mode)","features":[
            {"name":"trips","type":"int64","expect":{"max_null_share":0.5,"min":0,"max":10\(drift)}},
            {"name":"tier","type":"string","expect":{"one_of":["gold","silver"]}}]}],
          "push_sources":[{"name":"push","feature_views":["stats"]}]}}
        """
    }

    private func run(
        _ mode: String, engine: StorageUnderTest.Engine = .sqlite,
        clock: @escaping @Sendable () -> Timestamp = { .now() }, _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine, clock: clock) { store in
            let answer = try await store.post("/v1/features/apply", Self.definitions(mode))
            #expect(answer.status == 200, "\(answer.message)")
            try await body(store)
        }
    }

    /// Rows of drivers 0, 1, … with these values.
    private func write(_ store: StoreUnderTest, _ values: [String]) async throws -> StoreUnderTest.Answer {
        let rows = values.enumerated().map {
            #"{"entity":{"driver_id":\#($0)},"event_time":"2026-01-01T00:00:00Z","values":{\#($1)}}"#
        }
        return try await store.post("/v1/features/rows", #"{"view":"stats","rows":[\#(rows.joined(separator: ","))]}"#)
    }

    private func trips(_ store: StoreUnderTest) async throws -> String {
        let answer = try await store.post(
            "/v1/features/online", #"{"features":["stats:trips"],"entities":{"driver_id":[0,1,2]}}"#)
        let text = String(buffer: answer.body)
        guard let start = text.range(of: #""values":["#), let end = text.range(of: #"],"statuses""#) else {
            return text
        }
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test func rejectRefusesTheWholeWriteAndNamesTheRow() async throws {
        try await run("reject") { store in
            let bad = try await write(store, [#""trips":1"#, #""trips":11"#])
            #expect(bad.status == 422 && bad.code == "expectation_failed" && bad.field == "rows[1].values.trips")
            #expect(bad.message.contains("11.0 is greater than 10.0"))
            #expect(try await trips(store) == "null,null,null")
            let tier = try await write(store, [#""trips":10,"tier":"bronze""#])
            #expect(tier.status == 422 && tier.field == "rows[0].values.tier")
            // The edges and null are as expected.
            let good = try await write(
                store, [#""trips":0,"tier":"gold""#, #""trips":10,"tier":null"#, #""trips":null"#])
            #expect(good.status == 200, "\(good.message)")
            #expect(try await trips(store) == "0,10,null")
            // Of a hundred rows more than half are null; of ninety-nine it means nothing.
            let nulls = [String](repeating: #""trips":null"#, count: 51) + [String](repeating: #""trips":1"#, count: 49)
            let many = try await write(store, nulls)
            #expect(many.status == 422 && many.field == "trips" && many.message.contains("51 of 100 are null"))
            #expect(try await write(store, Array(nulls.dropLast())).status == 200)
            let push = try await store.post(
                "/push",
                #"{"push_source_name":"push","df":{"driver_id":[1],"trips":[-1],"event_timestamp":["2026-01-02T00:00:00Z"]}}"#
            )
            #expect(push.status == 422 && String(buffer: push.body).contains("-1.0 is less than 0.0"))
        }
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func quarantineKeepsRowsAsideUntilSomebodyDecides(engine: StorageUnderTest.Engine) async throws {
        try await run("quarantine", engine: engine) { store in
            let answer = try await write(store, [#""trips":1"#, #""trips":11,"tier":"gold""#, #""trips":-2"#])
            #expect(try answer.status == 200 && (answer.decode(WriteAnswer.self)).written == 1)
            #expect(try await trips(store) == "1,null,null")
            let held: QuarantineList = try await store.get("/v1/views/stats/quarantine")
            #expect(held.rows.map(\.expectation) == ["max", "min"] && held.rows.map(\.feature) == ["trips", "trips"])
            #expect(held.rows[0].entity == ["driver_id": .int(1)])
            #expect(held.rows[0].values == ["trips": .int(11), "tier": .string("gold")])
            let page: QuarantineList = try await store.get("/v1/views/stats/quarantine?limit=1")
            #expect(page.rows.count == 1 && page.next == held.rows[0].id)
            let path = "/v1/views/stats/quarantine/"
            let released = try await store.post("\(path)\(held.rows[0].id)/release", "")
            #expect(try released.status == 200 && (released.decode(WriteAnswer.self)).written == 1)
            #expect(try await store.send(.DELETE, "\(path)\(held.rows[1].id)").status == 204)
            #expect(try await store.send(.DELETE, "\(path)\(held.rows[1].id)").status == 404)
            #expect(try await trips(store) == "1,11,null")
            #expect((try await store.get("/v1/views/stats/quarantine", as: QuarantineList.self)).rows.isEmpty)
            let metrics = String(buffer: try await store.send(.GET, "/metrics").body)
            #expect(metrics.contains(#"feature_store_quarantined_rows_total{feature_view="stats"} 2"#))
        }
    }

    @Test func warningsAreCountedAndFreshnessIsTheAgeOfTheNewestEvent() async throws {
        let now = Timestamp(rfc3339: "2026-01-01T01:00:00Z")
        try await run("warn", clock: { now ?? .now() }) { store in
            #expect(try await write(store, [#""trips":11,"tier":"x""#, #""trips":12"#]).status == 200)
            #expect(try await trips(store) == "11,12,null")
            let metrics = String(buffer: try await store.send(.GET, "/metrics").body)
            #expect(
                metrics.contains(
                    #"feature_store_expectation_violations_total{feature_view="stats",feature="trips",expectation="max"} 2"#
                ))
            #expect(metrics.contains(#"feature_store_view_freshness_seconds{feature_view="stats"} 3600"#))
        }
        // After a restart it is read from the rows.
        try await StoreUnderTest.run(in: folder, clock: { now ?? .now() }) { store in
            var metrics = ""
            for _ in 0..<100 where !metrics.contains(#"freshness_seconds{feature_view="stats"} 3600"#) {
                metrics = String(buffer: try await store.send(.GET, "/metrics").body)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(metrics.contains(#"feast_feature_freshness_seconds{feature_view="stats",project=""} 3600"#))
        }
    }

    @Test func checkComparesTheLatestRowsWithASavedDataset() async throws {
        try await run("warn") { store in
            #expect(try await write(store, (0..<60).map { #""trips":\#($0 % 5),"tier":"gold""# }).status == 200)
            let rows = "driver_id,event_timestamp\n" + (0..<60).map { "\($0),2026-01-02T00:00:00Z\n" }.joined()
            let saved = try await store.send(
                .PUT, "/v1/datasets/before?features=stats", Array(rows.utf8), headers: [("Content-Type", "text/csv")])
            #expect(saved.status == 201, "\(saved.message)")
            let drift = #","drift":{"reference":"before","max_psi":0.1,"min_ks_p":0.05}"#
            #expect(try await store.post("/v1/features/apply", Self.definitions("warn", drift: drift)).status == 200)

            let same = try await store.post("/v1/views/stats/check", "")
            let first = try same.decode(ViewReport.self)
            #expect(
                first.passed && first.complete && first.rows == 60 && first.features.map(\.name) == ["trips", "tier"])
            #expect(first.features[0].min == 0 && first.features[0].max == 4 && first.features[0].mean == 2)
            #expect(first.features[0].checks.first { $0.expectation == "max_psi" }?.value == 0)
            #expect(first.features[0].checks.first { $0.expectation == "min_ks_p" }?.value == 1)

            // A day later all numbers are greater, one is out of range, and half the tiers are unheard of.
            let later = (0..<60).map {
                #"{"entity":{"driver_id":\#($0)},"event_time":"2026-01-03T00:00:00Z","values":{"trips":\#($0 == 0 ? 11 : $0 % 5 + 3),"tier":"\#($0 % 2 == 0 ? "gold" : "lead")"}}"#
            }.joined(separator: ",")
            #expect(try await store.post("/v1/features/rows", #"{"view":"stats","rows":[\#(later)]}"#).status == 200)
            let second = try (try await store.post("/v1/views/stats@v1/check", "")).decode(ViewReport.self)
            #expect(!second.passed)
            let checks = Dictionary(
                uniqueKeysWithValues: second.features.flatMap { feature in
                    feature.checks.map { ("\(feature.name) \($0.expectation)", $0) }
                })
            #expect(checks["trips max"]?.value == 11 && checks["trips max"]?.passed == false)
            #expect(checks["trips min"]?.passed == true && checks["trips max_null_share"]?.value == 0)
            #expect(checks["tier one_of"]?.value == 30 && checks["tier one_of"]?.passed == false)
            #expect(checks["trips max_psi"]?.passed == false && checks["trips min_ks_p"]?.passed == false)
            let histogram = try #require(second.features[0].histogram)
            #expect(histogram.current.reduce(0, +) == 60 && histogram.reference.reduce(0, +) == 60)
            #expect(histogram.edges.count == histogram.current.count + 1)
            #expect(histogram.edges.first == 0 && histogram.edges.last == 11)
            #expect(histogram.current.last == 1 && histogram.reference.last == 0)

            let page = try await store.send(
                .POST, "/v1/views/stats/check", [], headers: [("Accept", "text/html,application/xhtml+xml")])
            let html = String(buffer: page.body)
            #expect(page.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
            #expect(page.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'") ?? false)
            #expect(html.contains("<td>max</td><td>10</td><td>11</td><td><b class=\"bad\">failed</b></td>"))
            #expect(html.contains("<svg") && html.contains("<polyline") && html.hasSuffix("</html>\n"))
            let part = try (try await store.post("/v1/views/stats/check?limit=10", "")).decode(ViewReport.self)
            #expect(part.rows == 10 && !part.complete)
            #expect(try await store.send(.DELETE, "/v1/datasets/before").status == 204)
            let gone = try await store.post("/v1/views/stats/check", "")
            #expect(gone.status == 422 && gone.field == "trips.expect.drift", "\(gone.message)")
        }
    }

    @Test(arguments: [
        (#"{"min":2,"max":1}"#, "int64", "min"), (#"{"min":1}"#, "string", "min"),
        (#"{"max_null_share":1.5}"#, "int64", "max_null_share"),
        (#"{"one_of":["a"]}"#, "int64", "one_of[0]"), (#"{"one_of":[]}"#, "int64", "one_of"),
        (#"{"drift":{"reference":"r"}}"#, "int64", "drift"),
        (#"{"drift":{"reference":"r","min_ks_p":0.05}}"#, "string", "drift.min_ks_p"),
        (#"{"drift":{"reference":"r","max_psi":0}}"#, "int64", "drift.max_psi"),
        (#"{"drift":{"reference":"a b","max_psi":1}}"#, "int64", "drift.reference"),
        (#"{"drift":{"reference":"r","max_psi":1}}"#, "list<float32>", "drift"),
    ])
    func badExpectationsNameTheirField(expectation: String, type: String, field: String) async throws {
        try await StoreUnderTest.run(in: folder) { store in
            let answer = try await store.post(
                "/v1/features/plan",
                """
                {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
                  "feature_views":[{"name":"v","entities":["driver"],"features":[
                    {"name":"f","type":"\(type)","expect":\(expectation)}]}]}}
                """)
            #expect(
                answer.status == 422 && answer.field == "feature_views[0].features[0].expect.\(field)",
                "\(answer.message)")
        }
    }
}
