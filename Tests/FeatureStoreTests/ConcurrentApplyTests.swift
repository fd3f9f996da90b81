import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// Eight clients change the registry at once, over HTTP; with PostgreSQL through two replicas.
@Suite struct ConcurrentApplyTests {
    private struct Counted: Decodable {
        var generation: Int64
        var feature_views: [RegisteredView]
    }

    private func run(_ engine: StorageUnderTest.Engine, _ body: ([StoreUnderTest]) async throws -> Void) async throws {
        let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
        guard engine == .postgres else { return try await StoreUnderTest.run(in: first) { try await body([$0]) } }
        let flags = ["--features-postgres", try PostgresServer.database()]
        try await StoreUnderTest.run(in: first, flags: flags) { one in
            try await StoreUnderTest.run(in: second, flags: flags) { two in try await body([one, two]) }
        }
    }

    private func registry(_ store: StoreUnderTest) async throws -> Counted {
        try await store.get("/v1/features/registry")
    }

    private func body(_ views: [String], expected: Int64? = nil) -> String {
        """
        {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[\(views.joined(separator: ","))]}\(expected.map { ",\"expected_generation\":\($0)" } ?? "")}
        """
    }

    private func view(_ name: String, _ description: String = "") -> String {
        #"{"name":"\#(name)","entities":["driver"],"description":"\#(description)","features":[{"name":"f","type":"int64"}]}"#
    }

    @Test(arguments: StorageUnderTest.Engine.allCases)
    func nothingThatWasAppliedIsLost(_ engine: StorageUnderTest.Engine) async throws {
        try await run(engine) { stores in
            #expect(try await stores[0].post("/v1/features/apply", body([view("shared", "0")])).status == 200)
            let before = try await registry(stores[0]).generation
            try await withThrowingTaskGroup(of: Int.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        let store = stores[client % stores.count]
                        var changes = 0
                        for round in 0..<5 {
                            // A view of its own, whatever the others do meanwhile.
                            let own = try await store.post("/v1/features/apply", body([view("c\(client)r\(round)")]))
                            #expect(own.status == 200, "\(own.message)")
                            changes += 1
                            // One more in what all of them count, read and written until nobody came between.
                            while true {
                                let known = try await registry(store)
                                let shared = known.feature_views.first { $0.definition.name == "shared" }
                                let count = Int(shared?.definition.description ?? "") ?? -1
                                let answer = try await store.post(
                                    "/v1/features/apply",
                                    body([view("shared", String(count + 1))], expected: known.generation))
                                if answer.status == 200 { break }
                                try #require(answer.code == "generation_mismatch", "\(answer.message)")
                                // The replica has not heard of it yet.
                                try await Task.sleep(for: .milliseconds(Int.random(in: 1...50)))
                            }
                            changes += 1
                        }
                        return changes
                    }
                }
                let changes = try await group.reduce(0, +)
                #expect(changes == 80)
            }
            for store in stores {
                var known = try await registry(store)
                for _ in 0..<50 where known.generation < before + 80 {
                    try await Task.sleep(for: .milliseconds(100))
                    known = try await registry(store)
                }
                #expect(known.generation == before + 80)
                let names = Set(known.feature_views.map(\.definition.name))
                #expect((0..<8).allSatisfy { client in (0..<5).allSatisfy { names.contains("c\(client)r\($0)") } })
                #expect(known.feature_views.first { $0.definition.name == "shared" }?.definition.description == "40")
            }
        }
    }
}
