import FeatureStore
import Foundation
import NIOCore
import NIOPosix
import Testing

/// What becomes of a caller when PostgreSQL does not answer.
@Suite struct PostgresConnectionTests {
    /// Something that takes connections and never says a word, as a server behind a lost network does.
    @Test(.timeLimit(.minutes(1))) func silentServerIsGivenUp() async throws {
        let silent = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        let start = ContinuousClock.now
        await #expect(throws: FeatureStoreError.self) {
            _ = try await PostgresFeatureStorage("host=127.0.0.1 port=\(port) user=postgres", connections: 1)
        }
        // The default is 5 s; libpq rounds up.
        #expect(start.duration(to: .now) < .seconds(20))
        try await silent.close()
    }
}
