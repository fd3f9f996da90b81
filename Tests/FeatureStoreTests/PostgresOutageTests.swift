import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import Testing

/// PostgreSQL goes away and comes back.
@Suite(.serialized) struct PostgresOutageTests {
    /// How long the server is away; `QUINION_OUTAGE_SECONDS` asks for longer.
    private static let seconds = ProcessInfo.processInfo.environment["QUINION_OUTAGE_SECONDS"].flatMap { Int($0) } ?? 2

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let definitions = """
        {"definitions":{"entities":[{"name":"driver","join_keys":[{"name":"driver_id","type":"int64"}]}],
          "feature_views":[{"name":"stats","entities":["driver"],"features":[{"name":"trips","type":"int64"}]}]}}
        """

    private static func row(_ trips: Int) -> String {
        let time = Timestamp(microseconds: Int64(trips) * 1_000_000)
        return
            #"{"view":"stats","rows":[{"entity":{"driver_id":1},"event_time":"\#(time)","values":{"trips":\#(trips)}}]}"#
    }

    @Test(.timeLimit(.minutes(5))) func writesAreRefusedMeanwhileAndNothingAcknowledgedIsLost() async throws {
        let server = PostgresServer("outage")
        let flags = ["--features-postgres", try server.database(), "--features-connections", "3"]
        // Recognition answers while the server is away: its outcome waits.
        var services = Peers.services
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        services.recognize = { document, _ in
            start.yield()
            try await Task.sleep(for: .seconds(1))
            return Peers.recognize(document)
        }
        try await StoreUnderTest.run(in: folder, services: services, flags: flags) { store in
            #expect(try await store.post("/v1/features/apply", Self.definitions).status == 200)
            for trips in 1...20 { #expect(try await store.post("/v1/features/rows", Self.row(trips)).status == 200) }
            let id = try await store.ingest("outage 2 EUR").id
            for await _ in started { break }
            try server.crash()

            let read = #"{"features":["stats"],"entities":{"driver_id":[1]}}"#
            for (path, body) in [("/v1/features/rows", Self.row(21)), ("/v1/features/online", read)] {
                for _ in 0..<4 {
                    let answer = try await store.post(path, body)
                    #expect(answer.status == 503 && answer.code == "storage_unavailable", "\(path) \(answer.message)")
                }
            }
            let document = try await store.send(.POST, "/v1/documents", Array("%PDF-1.7\nnew".utf8))
            #expect(document.status == 503, "\(document.message)")
            #expect(try await store.send(.GET, "/health/ready").status == 503)
            #expect(try await store.send(.GET, "/health/live").status == 200)
            // The registry is in memory: what is wrong is told apart from what cannot be done.
            #expect(
                try await store.post("/v1/features/online", #"{"features":["none"],"entities":{"driver_id":[1]}}"#)
                    .status
                    == 404)
            try await Task.sleep(for: .seconds(Self.seconds))

            try server.start()
            // Connections whose server ended are made anew before they are used again.
            for _ in 0..<20 where try await store.send(.GET, "/health/ready").status != 200 {
                try await Task.sleep(for: .milliseconds(100))
            }
            let answer = try await store.post("/v1/features/online", read)
            #expect(String(buffer: answer.body).contains(#""values":[20]"#), "\(answer.message)")
            #expect(try await store.post("/v1/features/rows", Self.row(21)).status == 200)
            let record = try await store.finished(id)
            #expect(record.status == .succeeded)
            #expect(record.steps.first { $0.name == "recognize" }?.attempts == 1)
        }
    }
}
