import Dispatch
import Glibc
import NIOCore

/// One client that sends one request again and again over one connection: system calls and nothing else, so that what it
/// waits is the server's time and not its own.
struct OneClient: Sendable {
    private let port: UInt16
    private let request: [UInt8]

    init(_ url: String, _ model: String, _ message: (body: ByteBuffer, headerLength: Int)) {
        port = url.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
        request =
            Array(
                """
                POST /v2/models/\(model)/infer HTTP/1.1\r
                Host: 127.0.0.1:\(port)\r
                Inference-Header-Content-Length: \(message.headerLength)\r
                Content-Length: \(message.body.readableBytes)\r
                \r

                """.utf8) + message.body.readableBytesView
    }

    func run(requests: Int) async throws -> Outcome {
        // A thread of its own, because it blocks.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "client").async { continuation.resume(with: Result { try loop(requests) }) }
        }
    }

    private func loop(_ requests: Int) throws -> Outcome {
        let connection = try connect()
        defer { close(connection) }
        let clock = ContinuousClock()
        let start = clock.now
        var outcome = Outcome()
        var answer = [UInt8](repeating: 0, count: 1 << 20)
        // All have as many bytes as the first, because outputs are binary.
        var size: Int?
        for _ in 0..<requests {
            let sent = clock.now
            try exchange(connection, &answer, &size)
            outcome.latencies.append((clock.now - sent) / .milliseconds(1))
        }
        outcome.seconds = (clock.now - start) / .seconds(1)
        outcome.latencies.sort()
        return outcome
    }

    private func connect() throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(connection, $0, size) }
        }
        guard result == 0 else { throw ModelServer.Failure(description: "no connection to port \(port)") }
        return connection
    }

    private func exchange(_ connection: Int32, _ answer: inout [UInt8], _ size: inout Int?) throws {
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw ModelServer.Failure(description: "the connection broke") }
            sent += count
        }
        var received = 0
        while received < size ?? .max {
            let count = answer[received...].withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw ModelServer.Failure(description: "the connection broke") }
            received += count
            if size == nil { size = try length(answer[..<received]) }
        }
    }

    /// Of the whole answer; nil while its head has not come.
    private func length(_ answer: ArraySlice<UInt8>) throws -> Int? {
        let text = String(decoding: answer.prefix(1024), as: UTF8.self)
        guard let head = text.prefixMatch(of: /(?s).*?\r\n\r\n/)?.output else { return nil }
        guard head.hasPrefix("HTTP/1.1 200"), let field = head.firstMatch(of: /(?i)\r\nContent-Length: (\d+)/),
            let size = Int(field.1)
        else { throw ModelServer.Failure(description: text) }
        return head.utf8.count + size
    }
}
