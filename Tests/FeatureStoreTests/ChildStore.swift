import NIOHTTP1
import ServiceTesting
import Testing

/// The `feature-store` executable, running on a data folder.
struct ChildStore {
    let store: StoreUnderTest
    let process: ServiceProcess

    /// - Parameter peers: Where the other services answer.
    init(data: String, peers: String, flags: [String] = [], under wrapper: [String] = []) async throws {
        process = try ServiceProcess(
            "feature-store",
            [
                "--data-path", data, "--services-nlp", peers, "--services-document-recognition", peers,
                "--http-access-log=false", "--jobs-workers", "3",
            ] + flags, wrapper: wrapper)
        store = StoreUnderTest(url: try await process.url())
    }
}

extension StoreUnderTest {
    func untilReady() async throws {
        for _ in 0..<1000 {
            if let answer = try? await send(.GET, "/health/ready"), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the feature store does not become ready")
    }
}
