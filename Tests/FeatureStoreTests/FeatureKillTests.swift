import AsyncHTTPClient
import FeatureStore
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceTesting
import Synchronization
import Testing

/// The executable is killed at random moments while rows are pushed; what was acknowledged is there, once.
@Suite(.serialized) struct FeatureKillTests {
    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}]}}
        """

    @Test func everyAcknowledgedRowIsThereAfterKills() async throws {
        let folder = try TemporaryFolder()
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let acknowledged = Acknowledged()
        for round in 0..<20 as Range<Int64> {
            let child = try await ChildStore(data: folder.path + "/data", peers: "http://127.0.0.1:9")
            try await child.store.untilReady()
            let applied = try await child.store.post("/v1/features/apply", Self.definitions)
            #expect(applied.status == 200, "seed \(seed): \(applied.message)")
            let store = child.store
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<8 as Range<Int64> {
                    group.addTask { await Self.push(to: store, writer: writer, round: round, acknowledged) }
                }
                let patience = Int.random(in: 20...300, using: &random)
                try? await Task.sleep(for: .milliseconds(patience))
                child.process.kill()
            }
        }
        let expected = acknowledged.values.withLock { $0 }
        #expect(expected.count > 10)
        let child = try await ChildStore(data: folder.path + "/data", peers: "http://127.0.0.1:9")
        try await child.store.untilReady()
        let drivers = expected.keys.sorted()
        let answer = try await child.store.post(
            "/get-online-features",
            #"{"features":["stats:trips"],"entities":{"driver_id":\#(drivers)}}"#)
        let online = try answer.decode(Online.self)
        // A row whose answer was lost in a kill may be later than the last acknowledged one.
        for (driver, found) in zip(drivers, online.results[1].values) {
            let last = try #require(expected[driver])
            let value = try #require(found, "seed \(seed): driver \(driver) lost \(last)")
            #expect(value >= last, "seed \(seed): driver \(driver)")
        }
        child.process.kill()
        let queue = try DatabaseQueue(path: folder.path + "/data/feature-store.sqlite")
        try await queue.read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            let twice = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM (SELECT 1 FROM feature_history GROUP BY view_id, entity_key, event_time
                        HAVING count(*) > 1)
                    """)
            #expect(twice == 0, "seed \(seed)")
            let behind = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM feature_latest l WHERE event_time <> (SELECT max(event_time)
                        FROM feature_history h WHERE h.view_id = l.view_id AND h.entity_key = l.entity_key)
                    """)
            #expect(behind == 0, "seed \(seed)")
        }
    }

    /// The last acknowledged value of each driver.
    private final class Acknowledged: Sendable {
        let values = Mutex<[Int64: Int64]>([:])
    }

    /// Pushes rows one after the other until the service is gone.
    ///
    /// Each writer has its own entities; a later row of one
    /// replaces an earlier.
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

    private struct Online: Decodable {
        struct Column: Decodable { var values: [Int64?] }
        var results: [Column]
    }
}
