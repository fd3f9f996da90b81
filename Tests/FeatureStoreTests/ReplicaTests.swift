import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import Testing

/// Several processes that share a store: PostgreSQL and a folder of documents.
@Suite(.serialized) struct ReplicaTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        flags: [String] = [], services: DocumentServices = Peers.services,
        _ body: (StoreUnderTest, StoreUnderTest) async throws -> Void
    ) async throws {
        let flags = flags + ["--features-postgres", try PostgresServer.database()]
        try await StoreUnderTest.run(in: folder, services: services, flags: flags) { first in
            try await StoreUnderTest.run(in: folder, services: services, flags: flags) { second in
                try await body(first, second)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func whatOneTakesInTheOtherKnows() async throws {
        try await run { first, second in
            var ids: [String] = []
            for number in 0..<12 {
                ids.append(try await (number % 2 == 0 ? first : second).ingest("shared \(number) for 3 EUR").id)
            }
            for (number, id) in ids.enumerated() {
                // Waited for at the one that did not take it in.
                let record = try await (number % 2 == 0 ? second : first).finished(id)
                #expect(record.status == .succeeded, "\(record.error?.message ?? "")")
                // Whoever worked on it did so alone.
                #expect(record.steps.allSatisfy { $0.attempts == 1 })
                let content = try await second.send(.GET, "/v1/documents/\(id)/content")
                #expect(String(buffer: content.body) == "%PDF-1.7\nshared \(number) for 3 EUR")
            }
            #expect(try await second.search(SearchRequest(query: "shared", limit: 20)).count == 12)
            #expect(try await first.send(.DELETE, "/v1/documents/\(ids[0])").status == 204)
            #expect(try await second.send(.GET, "/v1/documents/\(ids[0])").status == 404)
            // The other's index still has its vectors; they are no hits.
            let left = try await second.search(SearchRequest(query: "shared", limit: 11))
            #expect(left.count == 11 && !left.contains { $0.documentID == ids[0] })
        }
    }

    /// The very same bytes at both at once are taken in once.
    @Test(.timeLimit(.minutes(5))) func sameBytesAtBothAreOneDocument() async throws {
        try await run { first, second in
            for round in 0..<5 {
                let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            try await (number % 2 == 0 ? first : second).ingest("at once \(round)").created
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(created.count { $0 } == 1)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func definitionsAreTakenOver() async throws {
        try await run { first, second in
            let definitions = """
                {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
                  "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}]}}
                """
            #expect(try await first.post("/v1/features/apply", definitions).status == 200)
            let row = #"{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"trips":4}}"#
            #expect(try await first.post("/v1/features/rows", #"{"view":"stats","rows":["# + row + "]}").status == 200)
            var body = ""
            for _ in 0..<100 where !body.contains("[4]") {
                try await Task.sleep(for: .milliseconds(100))
                let answer = try await second.post(
                    "/v1/features/online", #"{"features":["stats"],"entities":{"driver_id":[1]}}"#)
                body = String(buffer: answer.body)
            }
            #expect(body.contains(#""values":[4]"#))
        }
    }

    /// What one keeps beside the rows of features, the other reads, changes and removes.
    @Test(.timeLimit(.minutes(5))) func savedDatasetsAndTheQuarantineAreShared() async throws {
        try await run { first, second in
            let definitions = """
                {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
                  "feature_views":[{"name":"stats","entities":["driver"],"on_violation":"quarantine",
                    "features":[{"name":"trips","type":"int64","expect":{"max":10}}]}]}}
                """
            #expect(try await first.post("/v1/features/apply", definitions).status == 200)
            let rows = [4, 11, 12].map {
                #"{"entity":{"driver_id":\#($0)},"event_time":"2026-01-01T00:00:00Z","values":{"trips":\#($0)}}"#
            }
            let answer = try await first.post(
                "/v1/features/rows", #"{"view":"stats","rows":[\#(rows.joined(separator: ","))]}"#)
            #expect(try answer.decode(WriteAnswer.self).written == 1)
            var held: [QuarantineList.Row] = []
            for _ in 0..<100 where held.isEmpty {
                let answer = try await second.send(.GET, "/v1/views/stats/quarantine")
                if answer.status == 200 { held = try answer.decode(QuarantineList.self).rows }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(held.map(\.values) == [["trips": .int(11)], ["trips": .int(12)]])
            let released = try await second.post("/v1/views/stats/quarantine/\(held[0].id)/release", "")
            #expect(try released.decode(WriteAnswer.self).written == 1)
            #expect(try await first.get("/v1/views/stats/quarantine", as: QuarantineList.self).rows.count == 1)

            let entities = Array("driver_id,event_timestamp\n4,2026-01-02T00:00:00Z\n11,2026-01-02T00:00:00Z\n".utf8)
            // The same order at both at once is one dataset, whoever builds it.
            async let one = first.send(
                .PUT, "/v1/datasets/kept?features=stats", entities, headers: [("Content-Type", "text/csv")])
            async let other = second.send(
                .PUT, "/v1/datasets/kept?features=stats", entities, headers: [("Content-Type", "text/csv")])
            #expect(try await [one.status, other.status].sorted() == [200, 201])
            let kept = try await second.send(.GET, "/v1/datasets/kept/rows")
            #expect(String(buffer: kept.body).hasSuffix("11,2026-01-02T00:00:00Z,11\n"))
            #expect(try await second.send(.DELETE, "/v1/datasets/kept").status == 204)
            #expect(try await first.send(.GET, "/v1/datasets/kept").status == 404)
        }
    }

    /// Two processes that find an empty database make its tables once; what a killed one worked on is taken over within
    /// its lease.
    @Test(.timeLimit(.minutes(5))) func deadProcessIsTakenOverFrom() async throws {
        let flags = ["--features-postgres", try PostgresServer.database(), "--jobs-lease", "3s"]
        let data = folder.path + "/data"
        try await withRunningService(try Peers.application(delay: .milliseconds(150))) { peers in
            async let one = ChildStore(data: data, peers: peers, flags: flags)
            async let other = ChildStore(data: data, peers: peers, flags: flags)
            let (dying, living) = (try await one, try await other)
            for child in [dying, living] { try await child.store.untilReady() }
            var ids: [String] = []
            for number in 0..<20 { ids.append(try await dying.store.ingest("orphan \(number) 1 EUR").id) }
            dying.process.kill()
            let start = ContinuousClock.now
            for id in ids {
                let record = try await living.store.finished(id)
                #expect(record.status == .succeeded, "\(record.error?.message ?? "")")
            }
            #expect(start.duration(to: .now) < .seconds(60))
            // What was on its way in the dead process is removed by the next that starts.
            let next = try await ChildStore(data: data, peers: peers, flags: flags)
            try await next.store.untilReady()
            let instances = try FileManager.default.contentsOfDirectory(atPath: data + "/instances")
            #expect(instances.filter { !$0.hasSuffix(".lock") }.count == 2, "\(instances)")
            living.process.kill()
            next.process.kill()
        }
    }

    /// A dataset stays with the one who builds it for a minute after its last word, and is then built by another.
    @Test(.timeLimit(.minutes(3))) func datasetOfADeadBuilderIsBuiltAgain() async throws {
        let database = try PostgresServer.database()
        let flags = ["--features-postgres", database]
        let count = 300_000
        let entities = (0..<count).reduce(into: "driver_id,event_timestamp\n") { $0 += "\($1),2026-01-02T00:00:00Z\n" }
        try await withRunningService(try Peers.application()) { peers in
            let dying = try await ChildStore(data: folder.path + "/data", peers: peers, flags: flags)
            try await dying.store.untilReady()
            let definitions = """
                {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
                  "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}]}}
                """
            #expect(try await dying.store.post("/v1/features/apply", definitions).status == 200)
            async let order = dying.store.send(
                .PUT, "/v1/datasets/long?features=stats", Array(entities.utf8), headers: [("Content-Type", "text/csv")])
            let claimed = "SELECT count(*) FROM saved_dataset WHERE claimed_until IS NOT NULL"
            while try PostgresServer.value(claimed, in: database) == "0" {
                try await Task.sleep(for: .milliseconds(10))
            }
            dying.process.kill()
            // It waits for the dataset, and is lost with its process.
            _ = try? await order
        }
        try await StoreUnderTest.run(in: folder, flags: flags) { early in
            // Longer than a builder waits before it looks again.
            try await Task.sleep(for: .seconds(6))
            #expect(try await dataset(early).status == .building)
        }
        let late: @Sendable () -> Timestamp = { .now() + .seconds(90) }
        try await StoreUnderTest.run(in: folder, flags: flags, clock: late) { store in
            while try await dataset(store).status == .building { try await Task.sleep(for: .milliseconds(50)) }
            let built = try await dataset(store)
            #expect(built.status == .ready && built.rows == count && built.rowsDone == count)
        }
    }

    private func dataset(_ store: StoreUnderTest) async throws -> SavedDataset {
        try await store.send(.GET, "/v1/datasets/long").decode(SavedDataset.self)
    }

    /// A process with a store of its own and one that shares must not have the same folder.
    @Test func embeddedAndSharedExcludeEachOther() async throws {
        try await StoreUnderTest.run(in: folder, engine: .postgres) { _ in
            await #expect(throws: FeatureStoreError.self) { try await StoreUnderTest.run(in: folder) { _ in } }
        }
    }
}
