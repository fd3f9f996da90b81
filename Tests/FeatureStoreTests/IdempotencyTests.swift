import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// Requests that are sent again under their `Idempotency-Key`, on every engine.
@Suite struct IdempotencyTests {
    typealias Engine = StorageUnderTest.Engine

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let definitions = """
        {"definitions":{
          "entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}],
          "push_sources":[{"name":"pushed","feature_views":["stats"]}]}}
        """

    private static func rows(_ trips: Int...) -> [UInt8] {
        let rows = trips.map {
            #"{"entity":{"driver_id":1},"event_time":"2026-01-01T00:00:00Z","values":{"trips":\#($0)}}"#
        }
        return Array(#"{"view":"stats","rows":[\#(rows.joined(separator: ","))]}"#.utf8)
    }

    private func run(_ engine: Engine, _ body: (StoreUnderTest) async throws -> Void) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            #expect(try await store.post("/v1/features/apply", Self.definitions).status == 200)
            try await body(store)
        }
    }

    private func send(_ store: StoreUnderTest, _ body: [UInt8], key: String, path: String = "/v1/features/rows")
        async throws -> StoreUnderTest.Answer
    {
        try await store.send(
            .POST, path, body, headers: [("Content-Type", "application/json"), ("Idempotency-Key", key)])
    }

    /// Without the key, 1, 2, 1 would be three corrections; sent again with it, the first one is not a fourth.
    @Test(arguments: Engine.allCases) func sameRequestHasTheSameAnswer(_ engine: Engine) async throws {
        try await run(engine) { store in
            let first = try await send(store, Self.rows(1), key: "a")
            #expect(try first.decode(WriteAnswer.self) == WriteAnswer(written: 1, replayed: 0))
            #expect(first.headers.first(name: "Idempotency-Replayed") == nil)
            #expect(try await send(store, Self.rows(2), key: "b").status == 200)
            let again = try await send(store, Self.rows(1), key: "a")
            #expect(try again.decode(WriteAnswer.self) == WriteAnswer(written: 1, replayed: 0))
            #expect(again.headers.first(name: "Idempotency-Replayed") == "true")
            let online = try await store.post(
                "/v1/features/online", #"{"features":["stats"],"entities":{"driver_id":[1]}}"#)
            #expect(String(buffer: online.body).contains(#""values":[2]"#))
        }
    }

    @Test(arguments: Engine.allCases) func anotherRequestUnderTheSameKeyIsRefused(_ engine: Engine) async throws {
        try await run(engine) { store in
            #expect(try await send(store, Self.rows(1), key: "a").status == 200)
            let other = try await send(store, Self.rows(2), key: "a")
            #expect(other.status == 422 && other.code == "idempotency_key_reused" && other.field == "Idempotency-Key")
            let push =
                #"{"push_source_name":"pushed","df":{"driver_id":[1],"event_timestamp":["2026-01-02T00:00:00Z"],"trips":[5]}}"#
            for (key, status) in [("a", 422), ("p", 200), ("p", 200)] {
                let answer = try await send(store, Array(push.utf8), key: key, path: "/push")
                #expect(answer.status == status, "\(String(buffer: answer.body))")
            }
            for key in ["", String(repeating: "k", count: 256), "ä"] {
                let answer = try await send(store, Self.rows(1), key: key)
                #expect(answer.status == 422 && answer.field == "Idempotency-Key", "\(key): \(answer.status)")
            }
        }
    }

    /// Many at once, some of them the same: each key writes once, and a refused one hinders nobody.
    @Test(arguments: Engine.allCases) func requestsAtOnceWriteOnce(_ engine: Engine) async throws {
        try await run(engine) { store in
            let answers = try await withThrowingTaskGroup(of: (String, Int, Int).self) { group in
                for number in 0..<60 {
                    group.addTask {
                        // Each key ten times, one of them with another body.
                        let (key, isOther) = ("k\(number % 6)", number / 6 == 9)
                        let body = Self.rows(isOther ? 1000 : number % 6)
                        let answer = try await send(store, body, key: key)
                        return (key, answer.status, (try? answer.decode(WriteAnswer.self).written) ?? -1)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for key in (0..<6).map({ "k\($0)" }) {
                let own = answers.filter { $0.0 == key }
                #expect(own.count { $0.1 == 200 } == 9 || own.count { $0.1 == 200 } == 1, "\(own)")
                #expect(Set(own.filter { $0.1 == 200 }.map(\.2)).count == 1, "\(own)")
            }
        }
    }
}
