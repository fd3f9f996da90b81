import AsyncHTTPClient
import FeatureStore
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import Synchronization
import Testing

/// The executable is killed at random moments under mixed load; what was acknowledged is there, once, on every engine.
@Suite(.serialized) struct FeatureKillTests {
    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}]}}
        """

    /// Kills of each engine; `QUINION_KILLS` asks for more.
    private static let kills = ProcessInfo.processInfo.environment["QUINION_KILLS"].flatMap { Int64($0) } ?? 15

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func everyAcknowledgedRowIsThereAfterKills(_ engine: StorageUnderTest.Engine) async throws {
        let folder = try TemporaryFolder()
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let acknowledged = Acknowledged()
        let database = engine == .postgres ? try PostgresServer.database() : nil
        let flags = (database.map { ["--features-postgres", $0] } ?? []) + ["--jobs-lease", "1s"]
        try await withRunningService(try Peers.application()) { peers in
            func child() async throws -> ChildStore {
                let child = try await ChildStore(data: folder.path + "/data", peers: peers, flags: flags)
                try await child.store.untilReady()
                return child
            }
            for round in 0..<Self.kills {
                let child = try await child()
                let applied = try await child.store.post("/v1/features/apply", Self.definitions)
                #expect(applied.status == 200, "seed \(seed): \(applied.message)")
                let store = child.store
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<6 as Range<Int64> {
                        group.addTask { await Self.push(to: store, writer: writer, round: round, acknowledged) }
                    }
                    group.addTask { await Self.read(from: store) }
                    group.addTask { await Self.ingest(into: store, round: round, acknowledged) }
                    let patience = Int.random(in: 20...300, using: &random)
                    try? await Task.sleep(for: .milliseconds(patience))
                    child.process.kill()
                }
            }
            let last = try await child()
            try await verify(last.store, acknowledged, "seed \(seed)")
            last.process.kill()
        }
        for (sql, expected) in Self.invariants {
            let found =
                if let database {
                    try PostgresServer.value(sql, in: database)
                } else {
                    try await DatabaseQueue(path: folder.path + "/data/feature-store.sqlite").read {
                        try String.fetchOne($0, sql: sql) ?? "nothing"
                    }
                }
            #expect(found == expected, "seed \(seed): \(sql)")
        }
    }

    private func verify(_ store: StoreUnderTest, _ acknowledged: Acknowledged, _ seed: String) async throws {
        let expected = acknowledged.values.withLock { $0 }
        #expect(expected.count > 10)
        let drivers = expected.keys.sorted()
        let answer = try await store.post(
            "/get-online-features", #"{"features":["stats:trips"],"entities":{"driver_id":\#(drivers)}}"#)
        let online = try answer.decode(Online.self)
        // A row whose answer was lost in a kill may be later than the last acknowledged one.
        for (driver, found) in zip(drivers, online.results[1].values) {
            let last = try #require(expected[driver])
            let value = try #require(found, "\(seed): driver \(driver) lost \(last)")
            #expect(value >= last, "\(seed): driver \(driver)")
        }
        for id in acknowledged.documents.withLock({ $0 }) {
            let record = try await store.finished(id)
            #expect(record.status == .succeeded, "\(seed): \(id) \(record.error?.message ?? "")")
        }
    }

    /// What holds of the tables after all.
    private static let invariants: [(sql: String, expected: String)] = [
        (
            """
            SELECT count(*) FROM (SELECT 1 FROM feature_history GROUP BY view_id, entity_key, event_time
                HAVING count(*) > 1) AS twice
            """, "0"
        ),
        (
            """
            SELECT count(*) FROM feature_latest l WHERE event_time <> (SELECT max(event_time)
                FROM feature_history h WHERE h.view_id = l.view_id AND h.entity_key = l.entity_key)
            """, "0"
        ),
        ("SELECT count(*) FROM job WHERE done = 0", "0"),
        // Each document has its row of features and its steps' results once.
        (
            """
            SELECT (SELECT count(*) FROM step_result) - 6 * (SELECT count(*) FROM document)
            """, "0"
        ),
    ]

    /// The last acknowledged value of each driver.
    private final class Acknowledged: Sendable {
        let values = Mutex<[Int64: Int64]>([:])
        let documents = Mutex<Set<String>>([])
    }

    /// Pushes rows one after the other until the service is gone.
    ///
    /// Each writer has its own entities; a later row of one replaces an earlier.
    private static func push(
        to store: StoreUnderTest, writer: Int64, round: Int64, _ acknowledged: Acknowledged
    ) async {
        var number: Int64 = 0
        while true {
            let (driver, value) = (writer * 100 + number % 10, round * 1_000_000 + number)
            let row = """
                {"entity":{"driver_id":\(driver)},"event_time":"\(Timestamp(microseconds: value * 1000))",
                 "values":{"trips":\(value)}}
                """
            let answer = try? await store.post("/v1/features/rows", #"{"view":"stats","rows":["# + row + "]}")
            guard answer?.status == 200 else { return }
            acknowledged.values.withLock { $0[driver] = value }
            number += 1
        }
    }

    private static func read(from store: StoreUnderTest) async {
        let body = #"{"features":["stats:trips"],"entities":{"driver_id":[0,100,200,300]}}"#
        while let answer = try? await store.post("/get-online-features", body), answer.status == 200 {}
    }

    private static func ingest(into store: StoreUnderTest, round: Int64, _ acknowledged: Acknowledged) async {
        for number in 0..<1000 {
            let bytes = Array("%PDF-1.7\nround \(round) document \(number)".utf8)
            guard let answer = try? await store.send(.POST, "/v1/documents", bytes),
                let document = try? answer.decode(AcceptedDocument.self)
            else { return }
            acknowledged.documents.withLock { _ = $0.insert(document.id) }
        }
    }

    private struct Online: Decodable {
        struct Column: Decodable { var values: [Int64?] }
        var results: [Column]
    }
}
