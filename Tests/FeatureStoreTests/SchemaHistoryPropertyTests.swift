import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// Random histories through changes of the declaration, against a reference that looks at every row: columns that come
/// and go, types that change, old versions, and an on-demand view over all of it; online as offline.
@Suite struct SchemaHistoryPropertyTests {
    /// A column as long as it is the same one: another type or a comeback is another.
    private struct Column: Hashable {
        var id: Int
        var type: String
    }

    private struct Version {
        var number: Int
        var columns: [String: Column]
        /// Ever, by name: what is no longer there is not asked for.
        var rows: [Written] = []
    }

    private struct Written {
        var driver: Int
        var event: Int
        var sequence: Int
        var isDeleted: Bool
        /// JSON by column.
        var values: [Int: String]

        var order: (Int, Int) { (event, sequence) }
    }

    private static let drivers = 12
    private static let times = 20

    private static func time(_ second: Int) -> String { Timestamp(microseconds: Int64(second) * 1_000_000).description }

    /// What holds of a column: the greatest row that wrote it, unless a greater tombstone is there.
    private static func held(_ version: Version, _ column: Column, driver: Int, at time: Int) -> String? {
        let rows = version.rows.filter { $0.driver == driver && $0.event <= time }
        let tombstone = rows.filter(\.isDeleted).map(\.order).max(by: <)
        let candidates = rows.filter { row in
            !row.isDeleted && row.values[column.id] != nil && tombstone.map { $0 < row.order } ?? true
        }
        let greatest = candidates.max { $0.order < $1.order }
        return greatest?.values[column.id].flatMap { $0 == "null" ? nil : $0 }
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func everyVersionReadsAsTheReferenceSays(_ engine: StorageUnderTest.Engine) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        var versions = [
            Version(number: 1, columns: ["f0": Column(id: 0, type: "int64"), "f1": Column(id: 1, type: "int64")])
        ]
        var (nextColumn, sequence) = (2, 0)
        let folder = try TemporaryFolder()
        let flags = engine == .postgres ? ["--features-postgres", try PostgresServer.database()] : []
        try await StoreUnderTest.run(
            in: folder, flags: flags, clock: { Timestamp(microseconds: Int64(Self.times) * 1_000_000) }
        ) { store in
            try await Self.apply(store, versions[0], seed)
            for round in 0..<10 {
                var rows: [String] = []
                for _ in 0..<60 {
                    let place = versions.count - 1
                    sequence += 1
                    var row = Written(
                        driver: Int.random(in: 0..<Self.drivers, using: &random),
                        event: Int.random(in: 0..<Self.times, using: &random), sequence: sequence,
                        isDeleted: Int.random(in: 0..<12, using: &random) == 0, values: [:])
                    var values: [String] = []
                    for (name, column) in versions[place].columns.sorted(by: { $0.key < $1.key })
                    where !row.isDeleted && Bool.random(using: &random) {
                        // Unlike any other, so that no row is a replay.
                        let isNull = Int.random(in: 0..<6, using: &random) == 0
                        let json = isNull ? "null" : column.type == "string" ? "\"s\(sequence)\"" : String(sequence)
                        row.values[column.id] = json
                        values.append("\"\(name)\":\(json)")
                    }
                    guard row.isDeleted || !values.isEmpty else { continue }
                    // The store takes a row whose cells are those of the greatest one of its time for that row.
                    let same = versions[place].rows.filter { $0.driver == row.driver && $0.event == row.event }.last
                    if let same, same.isDeleted == row.isDeleted, same.values == row.values { continue }
                    versions[place].rows.append(row)
                    let content = row.isDeleted ? #""deleted":true"# : "\"values\":{\(values.joined(separator: ","))}"
                    rows.append(
                        #"{"entity":{"driver_id":\#(row.driver)},"event_time":"\#(Self.time(row.event))",\#(content)}"#)
                }
                let answer = try await store.post(
                    "/v1/features/rows", #"{"view":"stats","rows":[\#(rows.joined(separator: ","))]}"#)
                try #require(answer.status == 200, "seed \(seed): \(answer.message)")
                for version in versions {
                    try await Self.compare(store, version, &random, "seed \(seed), round \(round)")
                }
                try await Self.compareOnDemand(store, versions[versions.count - 1], "seed \(seed), round \(round)")
                Self.change(&versions, &nextColumn, &random)
                try await Self.apply(store, versions[versions.count - 1], seed)
            }
        }
    }

    /// Adds a column, takes one away or changes a type; `f0` stays, because the on-demand view needs it.
    private static func change(_ versions: inout [Version], _ nextColumn: inout Int, _ random: inout SplitMix) {
        let place = versions.count - 1
        let names = versions[place].columns.keys.filter { $0 != "f0" }.sorted()
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where !names.isEmpty:
            var next = Version(number: versions[place].number + 1, columns: versions[place].columns)
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            let type = next.columns[name]?.type == "string" ? "int64" : "string"
            for other in next.columns.keys {
                next.columns[other] = Column(
                    id: nextColumn, type: other == name ? type : next.columns[other]?.type ?? "")
                nextColumn += 1
            }
            versions.append(next)
        case 1 where !names.isEmpty:
            versions[place].columns[names[Int.random(in: 0..<names.count, using: &random)]] = nil
        default:
            let name = "f\(Int.random(in: 1...4, using: &random))"
            guard versions[place].columns[name] == nil else { return }
            versions[place].columns[name] = Column(id: nextColumn, type: "int64")
            nextColumn += 1
        }
    }

    private static func apply(_ store: StoreUnderTest, _ version: Version, _ seed: UInt64) async throws {
        let features = version.columns.sorted { $0.key < $1.key }.map {
            #"{"name":"\#($0.key)","type":"\#($0.value.type)"}"#
        }
        let answer = try await store.post(
            "/v1/features/apply",
            """
            {"allow_destructive":true,"definitions":{
              "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
              "feature_views":[{"name":"stats","entities":["driver"],"features":[\(features.joined(separator: ","))]}],
              "on_demand_views":[{"name":"derived","request":[{"name":"k","type":"int64"}],"features":[
                {"name":"d","type":"int64","expression":"coalesce(stats:f0, -1) * 2 + k"}]}]}}
            """)
        try #require(answer.status == 200, "seed \(seed): \(answer.message)")
    }

    private static func compare(
        _ store: StoreUnderTest, _ version: Version, _ random: inout SplitMix, _ place: String
    ) async throws {
        let names = version.columns.keys.sorted()
        let asked = (0..<40).map { _ in
            (driver: Int.random(in: 0..<drivers, using: &random), time: Int.random(in: -1...times, using: &random))
        }
        let features = names.map { "stats@v\(version.number):\($0)" }.joined(separator: ",")
        let rows = "driver_id,event_timestamp\n" + asked.map { "\($0.driver),\(time($0.time))\n" }.joined()
        let answer = try await store.send(
            .POST, "/v1/datasets?features=\(features)", Array(rows.utf8), headers: [("Content-Type", "text/csv")])
        let lines = String(buffer: answer.body).split(separator: "\n").dropFirst()
        try #require(lines.count == asked.count, "\(place): \(answer.message)")
        for (line, asked) in zip(lines, asked) {
            let expected = names.map { name in
                version.columns[name].flatMap { held(version, $0, driver: asked.driver, at: asked.time) }?
                    .replacing("\"", with: "") ?? ""
            }
            #expect(
                line.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2).map(String.init) == expected,
                "\(place), version \(version.number), driver \(asked.driver) at \(asked.time)")
        }
        // Online is offline at the end of time.
        let keys = (0..<drivers).map(String.init).joined(separator: ",")
        let list = features.split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
        let online = try await store.post(
            "/v1/features/online", #"{"features":[\#(list)],"entities":{"driver_id":[\#(keys)]}}"#)
        let text = String(buffer: online.body)
        for name in names {
            let values = (0..<Self.drivers).map { driver in
                version.columns[name].flatMap { held(version, $0, driver: driver, at: times) } ?? "null"
            }
            #expect(
                text.contains(
                    #""feature":"stats@v\#(version.number):\#(name)","type":"\#(version.columns[name]?.type ?? "")","values":[\#(values.joined(separator: ","))]"#
                ),
                "\(place), \(name) online: \(values)")
        }
    }

    private static func compareOnDemand(_ store: StoreUnderTest, _ version: Version, _ place: String) async throws {
        guard let column = version.columns["f0"] else { return }
        let rows =
            "driver_id,event_timestamp,k\n" + (0..<drivers).map { "\($0),\(time($0)),\($0 * 10)\n" }.joined()
        let offline = try await store.send(
            .POST, "/v1/datasets?features=derived:d", Array(rows.utf8), headers: [("Content-Type", "text/csv")])
        let computed = String(buffer: offline.body).split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").last.map(String.init) ?? ""
        }
        func expected(_ driver: Int, _ time: Int) -> String {
            let value = held(version, column, driver: driver, at: time).flatMap { Int($0) } ?? -1
            return String(value * 2 + driver * 10)
        }
        #expect(computed == (0..<drivers).map { expected($0, $0) }, "\(place): \(offline.message)")
        let (keys, fields) = (0..<drivers).reduce(into: ("", "")) { texts, driver in
            texts.0 += (driver == 0 ? "" : ",") + String(driver)
            texts.1 += (driver == 0 ? "" : ",") + String(driver * 10)
        }
        let online = try await store.post(
            "/v1/features/online", #"{"features":["derived:d"],"entities":{"driver_id":[\#(keys)],"k":[\#(fields)]}}"#)
        let values = (0..<drivers).map { expected($0, times) }.joined(separator: ",")
        #expect(String(buffer: online.body).contains("\"values\":[\(values)]"), "\(place)")
    }
}
