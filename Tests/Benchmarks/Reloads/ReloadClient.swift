import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ServiceAPI

/// Speaks to the server whose model is reloaded.
struct ReloadClient: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let url: String
    private let message: (body: ByteBuffer, headerLength: Int)

    init(url: String) throws {
        self.url = url
        message = try InferenceRequestMessage(inputs: [
            Tensor(name: "x", shape: [1, 3], [1, 2, 3] as [Float])
        ]).encoded()
    }

    func waitUntilReady() async throws {
        for _ in 0..<30_000 {
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(url)/v2/health/ready"), timeout: .seconds(5))
            _ = try await response.body.collect(upTo: 1 << 20)
            if response.status == .ok { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure(description: "it was not ready within a minute")
    }

    func reload() async throws {
        var request = HTTPClientRequest(url: "\(url)/v2/repository/models/m/load")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: "{}"))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok else { throw Failure(description: String(buffer: answer)) }
    }

    /// Whether the model answered.
    func infer() async -> Bool {
        var request = HTTPClientRequest(url: "\(url)/v2/models/m/infer")
        request.method = .POST
        request.headers.add(name: inferenceHeaderContentLength, value: "\(message.headerLength)")
        request.body = .bytes(message.body)
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(60)),
            (try? await response.body.collect(upTo: 1 << 20)) != nil
        else { return false }
        return response.status == .ok
    }
}
