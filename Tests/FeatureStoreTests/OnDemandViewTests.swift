import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceTesting
import Testing

/// Features that are computed when they are asked for.
@Suite struct OnDemandViewTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let entities = #""entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}]"#

    private static func stats(_ type: String = "int64") -> String {
        """
        {"name":"stats","entities":["driver"],"ttl":"1d","features":[{"name":"trips","type":"\(type)"},
          {"name":"rate","type":"float32"},{"name":"note","type":"string"},{"name":"vector","type":"list<float32>"}]}
        """
    }

    private static func definitions(stats: String = stats(), onDemand: String) -> String {
        "{\"definitions\":{\(entities),\"feature_views\":[\(stats)],\"on_demand_views\":[\(onDemand)]}}"
    }

    private static func view(
        _ features: [(name: String, type: String, expression: String)], request: String = ""
    ) -> String {
        let features = features.map {
            #"{"name":"\#($0.name)","type":"\#($0.type)","expression":\#(quoted($0.expression))}"#
        }
        return #"{"name":"cost","request":[\#(request)],"features":[\#(features.joined(separator: ","))]}"#
    }

    private static func quoted(_ text: String) -> String {
        let data = (try? JSONEncoder().encode(text)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    private struct Online: Decodable {
        struct Column: Decodable {
            var name: String
            var feature: String
            var statuses: [String]
            var event_times: [String?]
        }

        var columns: [Column]
    }

    private func run(
        clock: @escaping @Sendable () -> Timestamp = { .now() }, _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        try await StoreUnderTest.run(in: folder, clock: clock, body)
    }

    private func write(_ store: StoreUnderTest, trips: String, rate: String, at time: String) async throws {
        let answer = try await store.post(
            "/v1/features/rows",
            """
            {"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"\(time)",
              "values":{"trips":\(trips),"rate":\(rate),"note":"x"}}]}
            """)
        #expect(answer.status == 200, "\(answer.message)")
    }

    /// The value of one expression over a row of the request, as JSON.
    private func value(
        _ expression: String, _ type: String, in store: StoreUnderTest,
        _ request: [(name: String, type: String, value: String)]
    ) async throws -> String {
        let fields = request.map { #"{"name":"\#($0.name)","type":"\#($0.type)"}"# }.joined(separator: ",")
        let applied = try await store.post(
            "/v1/features/apply", Self.definitions(onDemand: Self.view([("f", type, expression)], request: fields)))
        guard applied.status == 200 else { return applied.message }
        let entities = ([("driver_id", "", "1")] + request).map { #""\#($0.0)":[\#($0.2)]"# }.joined(separator: ",")
        let answer = try await store.post(
            "/v1/features/online", #"{"features":["cost:f"],"entities":{\#(entities)}}"#)
        let text = String(buffer: answer.body)
        guard let start = text.range(of: #""values":["#), let end = text.range(of: #"],"statuses""#) else {
            return text
        }
        return String(text[start.upperBound..<end.lowerBound])
    }

    // MARK: - What expressions mean

    /// What SQLite does otherwise, or does not have; the rest is compared with it in `ExpressionPropertyTests`.
    @Test func expressionsMeanWhatTheREADMESays() async throws {
        let now = Timestamp(rfc3339: "2026-03-01T12:30:45Z")
        try await run(clock: { now ?? .now() }) { store in
            for (expression, type, expected) in [
                ("9223372036854775807 + 1", "int64", "null"), ("-9223372036854775808 - 1", "int64", "null"),
                ("-9223372036854775808 / -1", "int64", "null"), ("-9223372036854775808 % -1", "int64", "null"),
                ("abs(-9223372036854775808)", "int64", "null"), ("1 / 0", "int64", "null"),
                ("1.0 / 0", "float64", "null"),
                ("1 % 0", "int64", "null"), ("-7 / 2", "int64", "-3"), ("-7 % 2", "int64", "-1"),
                ("7 / 2.0", "float64", "3.5"),
                ("1e308 * 10", "float64", "null"), ("ln(0)", "float64", "null"), ("sqrt(-1)", "float64", "null"),
                ("power(2, 10)", "float64", "1024.0"), ("floor(-1.5)", "float64", "-2.0"),
                ("ceil(-1.5)", "float64", "-1.0"),
                ("round(2.345, 2)", "float64", "2.35"), ("round(-2.5)", "float64", "-3.0"),
                ("sign(-0.5)", "int64", "-1"),
                // Exact, though no double holds the first.
                ("9007199254740993 > 9007199254740992.0", "bool", "true"),
                ("9007199254740993 = 9007199254740992.0", "bool", "false"),
                ("length('né🙂')", "int64", "3"), ("upper('straße')", "string", "\"STRASSE\""),
                ("substr('abc', 0, 2)", "string", "\"a\""), ("substr('abc', 2)", "string", "\"bc\""),
                ("substr('abc', 9, 9223372036854775807)", "string", "\"\""), ("substr('abc', 1, -1)", "string", "null"),
                ("contains('abc', 'bc') AND starts_with('abc', '') AND NOT ends_with('abc', 'b')", "bool", "true"),
                // One letter in two ways of writing it is two texts, as in every database.
                ("'\u{e9}' = 'e\u{301}'", "bool", "false"),
                ("CAST(' 7' AS int64)", "int64", "null"), ("CAST(1e19 AS int64)", "int64", "null"),
                ("CAST(-1.9 AS int64)", "int64", "-1"),
                ("CAST(1.0 AS string) || CAST(TRUE AS string)", "string", "\"1.0true\""),
                ("DATE '2026-02-28'", "date", "\"2026-02-28\""),
                ("add_days(DATE '2024-02-28', 1)", "date", "\"2024-02-29\""),
                ("add_days(DATE '2024-02-28', 9223372036854775807)", "date", "null"),
                ("year(add_days(DATE '9999-12-31', 1))", "int64", "null"),
                ("days_between(DATE '2024-02-28', DATE '2024-03-01')", "int64", "2"),
                ("days_between(TIMESTAMP '2026-01-02T00:00:00Z', TIMESTAMP '2026-01-01T00:00:01Z')", "int64", "0"),
                ("seconds_between(TIMESTAMP '2026-01-01T00:00:00Z', now())", "float64", "5142645.0"),
                ("day_of_week(DATE '1969-12-28') * 1000 + day_of_year(now())", "int64", "7060"),
                (
                    "hour(TIMESTAMP '1969-12-31T23:59:59Z') * 10000 + minute(now()) * 100 + second(now())", "int64",
                    "233045"
                ),
                ("CAST(TIMESTAMP '1969-12-31T23:00:00Z' AS date)", "date", "\"1969-12-31\""),
                ("add_seconds(now(), -45)", "timestamp", "\"2026-03-01T12:30:00.000000Z\""),
                ("1 = NULL", "bool", "null"), ("NULL OR TRUE", "bool", "true"), ("NULL AND FALSE", "bool", "false"),
                ("2 IN (1, NULL)", "bool", "null"),
                ("if(NULL, 1, 2)", "int64", "2"), ("CASE WHEN FALSE THEN 1 END", "int64", "null"),
                ("least(1, NULL)", "int64", "null"),
                ("coalesce(NULL, 1, 2.5)", "float64", "1.0"), ("\"a-b\" + \"CASE\"", "int64", "12"),
                ("a || a || a", "string", "\"xyxyxy\""),
            ] {
                let found = try await value(
                    expression, type, in: store,
                    [("a-b", "int64", "5"), ("CASE", "int32", "7"), ("a", "string", #""xy""#)])
                #expect(found == expected, "\(expression)")
            }
        }
    }

    /// Each names the feature, the column and what was expected.
    @Test func badExpressionsNameTheirPlace() async throws {
        try await run { store in
            for (expression, type, expected) in [
                ("", "int64", "column 1: expected a value, not the end"),
                ("1 +", "int64", "column 4: expected a value, not the end"),
                ("1 1", "int64", "column 3: expected an operator or the end, not 1"),
                ("(1", "int64", "column 3: expected ')', not the end"),
                ("'a", "string", "column 1: the ' that begins here does not end"),
                ("a # b", "int64", "column 3: '#' is no part"),
                ("12ab", "int64", "column 3: a letter follows"),
                ("9223372036854775808", "int64", "column 1: 9223372036854775808 does not fit int64"),
                ("1 < 2 < 3", "bool", "column 7: comparisons follow each other"),
                ("a + 'x'", "int64", "column 5: + takes numbers, not string"),
                ("a = 'x'", "bool", "column 3: int64 and string cannot be compared"),
                ("NOT a", "bool", "column 5: NOT takes bool, not int64"),
                ("b + 1", "int64", "column 1: the request has no field b (there are a)"),
                ("none:x", "int64", "column 1: there is no feature view none"),
                ("1 + stats:none", "int64", "column 5: view stats@v1 has no feature none"),
                ("stats@v9:trips", "int64", "column 1: there is no feature view stats@v9"),
                ("stats:vector", "int64", "column 1: stats:vector is list<float32>"),
                ("length(a)", "int64", "column 8: length(text) takes string here, not int64"),
                ("length()", "int64", "column 1: length(text) is called with 0 arguments"),
                ("nothing(1)", "int64", "column 1: there is no function nothing"),
                ("now() - now()", "int64", "column 1: - takes numbers, not timestamp; times are computed with"),
                ("1.5", "int64", "the expression is float64, and f is declared as int64"),
                ("CAST(1 AS int)", "int64", "column 11: expected one of bool"),
                ("DATE '2026-02-30'", "date", "column 1: a date is written"),
                ("CASE WHEN 1 = 1 THEN 1 ELSE 'x' END", "int64", "column 29: CASE has int64 and string"),
                ("stats:", "int64", "column 7: expected a feature's name"),
                (String(repeating: "(", count: 2000), "int64", "more than 64 parts deep"),
                (String(repeating: "1+", count: 1000) + "1", "int64", "more than 64 parts deep"),
                (String(repeating: "-", count: 4000) + "1", "int64", "more than 64 parts deep"),
                (String(repeating: "1", count: 4097), "int64", "longer than 4096 bytes"),
            ] {
                let answer = try await store.post(
                    "/v1/features/plan",
                    Self.definitions(
                        onDemand: Self.view([("f", type, expression)], request: #"{"name":"a","type":"int64"}"#)))
                #expect(
                    answer.status == 422 && answer.field == "on_demand_views[0].features[0].expression"
                        && answer.message.contains(expected), "\(expression.prefix(60)): \(answer.message)")
            }
        }
    }

    /// A text that doubles with each part never becomes larger than its bound.
    @Test func growingTextsAreBounded() async throws {
        try await run { store in
            let doubled = (0..<12).reduce("a") { text, _ in "replace(\(text), 'x', 'xxxxxxxxxx')" }
            let found = try await value(doubled, "string", in: store, [("a", "string", #""x""#)])
            #expect(found == "null")
        }
    }

    // MARK: - Serving

    @Test func sameAnswerOnlineAsOfflineAndForFeast() async throws {
        let now = Timestamp(rfc3339: "2026-01-03T00:00:00Z")
        try await run(clock: { now ?? .now() }) { store in
            let view = Self.view(
                [
                    ("cost", "float64", "round(stats:rate * km, 2)"), ("known", "bool", "stats:trips IS NOT NULL"),
                    ("label", "string", "coalesce(stats:note, 'none') || CAST(km AS string)"),
                ], request: #"{"name":"km","type":"int64"}"#)
            let applied = try await store.post("/v1/features/apply", Self.definitions(onDemand: view))
            #expect(applied.status == 200, "\(applied.message)")
            try await write(store, trips: "7", rate: "0.5", at: "2026-01-01T06:00:00Z")
            try await write(store, trips: "null", rate: "1.25", at: "2026-01-02T06:00:00Z")
            // 1 is there, 2 is not; a day later 1 is past its time to live.
            for (driver, time, expected) in [
                (1, "2026-01-01T12:00:00Z", "1.5,true,x3"), (1, "2026-01-03T00:00:00Z", "3.75,false,x3"),
                (1, "2026-01-04T00:00:00Z", ",false,none3"), (2, "2026-01-03T00:00:00Z", ",false,none3"),
            ] {
                let rows = "driver_id,event_timestamp,km\n\(driver),\(time),3\n"
                let answer = try await store.send(
                    .POST, "/v1/datasets?features=cost", Array(rows.utf8), headers: [("Content-Type", "text/csv")])
                #expect(
                    String(buffer: answer.body)
                        == "driver_id,event_timestamp,km,cost,known,label\n\(driver),\(time),3,\(expected)\n",
                    "\(answer.message)")
            }
            let online = try await store.post(
                "/v1/features/online",
                #"{"features":["cost","stats:trips"],"entities":{"driver_id":[1,2,1],"km":[3,3,null]}}"#)
            let text = String(buffer: online.body)
            #expect(
                text.contains(#""name":"cost","feature":"cost@v1:cost","type":"float64","values":[3.75,null,null]"#),
                "\(text)")
            #expect(text.contains(#""values":["x3","none3",null]"#), "\(text)")
            let columns = try online.decode(Online.self).columns
            #expect(columns.map(\.name) == ["cost", "known", "label", "trips"])
            #expect(columns[0].statuses == ["PRESENT", "NULL_VALUE", "NULL_VALUE"])
            #expect(columns[0].event_times[0] == "2026-01-02T06:00:00.000000Z")
            let feast = try await store.post(
                "/get-online-features", #"{"features":["cost:label"],"entities":{"driver_id":[1],"km":[3]}}"#)
            #expect(
                String(buffer: feast.body).contains(#"{"values":["x3"],"statuses":["PRESENT"]"#)
                    && String(buffer: feast.body).hasSuffix(
                        #""metadata":{"feature_names":["driver_id","km","label"]}}"#)
            )
            let missing = try await store.post(
                "/get-online-features", #"{"features":["cost:label"],"entities":{"driver_id":[1]}}"#)
            #expect(
                missing.status == 422
                    && String(buffer: missing.body).contains("RequestDataNotFoundInEntityRowsException"))
            let misfit = try await store.post(
                "/v1/features/online", #"{"features":["cost:label"],"entities":{"driver_id":[1],"km":["far"]}}"#)
            #expect(misfit.status == 422 && misfit.field == "entities.km[0]")
        }
    }

    // MARK: - Versions

    @Test func changedExpressionIsAnotherVersionAndTheOldOneStays() async throws {
        try await run { store in
            func apply(_ expression: String, stats: String = Self.stats()) async throws -> (Int, String) {
                let answer = try await store.post(
                    "/v1/features/apply",
                    Self.definitions(stats: stats, onDemand: Self.view([("f", "string", expression)])))
                return (answer.status, String(buffer: answer.body))
            }
            let first = try await apply("CAST(stats:trips AS string)")
            #expect(first.0 == 200 && first.1.contains(#""action":"create""#))
            let second = try await apply("'t' || CAST(stats:trips AS string)")
            #expect(
                second.0 == 200 && second.1.contains(#""action":"new_version""#) && second.1.contains(#""version":2"#))
            let now = Timestamp.now().description
            try await write(store, trips: "7", rate: "1", at: now)
            // The view's own type changes: what was computed of its first version still is.
            let third = try await apply("'u' || stats:trips", stats: Self.stats("string"))
            #expect(third.0 == 200, "\(third.1)")
            try await write(store, trips: #""new""#, rate: "1", at: now)
            for (reference, expected) in [("cost@v1:f", "7"), ("cost@v2:f", "t7"), ("cost:f", "unew")] {
                let answer = try await store.post(
                    "/v1/features/online", #"{"features":["\#(reference)"],"entities":{"driver_id":[1]}}"#)
                #expect(String(buffer: answer.body).contains("\"values\":[\"\(expected)\"]"), "\(reference)")
            }
            // A view cannot change under a declaration that would no longer fit it.
            let clash = try await store.post(
                "/v1/features/apply", "{\"definitions\":{\(Self.entities),\"feature_views\":[\(Self.stats())]}}")
            #expect(
                clash.status == 422 && clash.field == "on_demand_views.cost@v3.features[0].expression",
                "\(clash.message)")
            let gone = try await store.post(
                "/v1/features/apply", #"{"definitions":{},"prune":true,"allow_destructive":true}"#)
            #expect(gone.status == 200, "\(gone.message)")
            let again = try await apply("CAST(stats:trips AS string)")
            #expect(again.1.contains(#""version":4"#), "\(again.1)")
        }
    }

    @Test func nameOfAViewAndServicesAreChecked() async throws {
        try await run { store in
            let view = Self.view([("f", "int64", "stats:trips")]).replacing("\"cost\"", with: "\"stats\"")
            let clash = try await store.post("/v1/features/plan", Self.definitions(onDemand: view))
            #expect(clash.status == 422 && clash.field == "on_demand_views.stats", "\(clash.message)")
            let body = Self.definitions(onDemand: Self.view([("f", "int64", "stats:trips")])).dropLast(2)
            for (feature, status) in [("cost:f", 200), ("cost", 200), ("cost:g", 422), ("cost@v2:f", 422)] {
                let services = #","feature_services":[{"name":"s","features":["\#(feature)"]}]}}"#
                let answer = try await store.post("/v1/features/plan", body + services)
                #expect(answer.status == status, "\(feature) \(answer.message)")
            }
        }
    }
}
