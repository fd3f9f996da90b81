import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SuiteConfig

/// `--check-health`: asks the running service, so that an image needs no HTTP client for its health check.
enum HealthCheck {
    /// - Returns: 0 when `GET /health/ready` answers 200 within three seconds, else 1.
    static func run(_ http: HTTPConfig) async -> Int32 {
        let host = http.host == "0.0.0.0" ? "127.0.0.1" : http.host
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let answer = try? await client.execute(
            HTTPClientRequest(url: "http://\(host):\(http.port)/health/ready"), timeout: .seconds(3))
        try? await client.shutdown()
        return answer?.status == .ok ? 0 : 1
    }
}
