import FoundationEssentials
import NIOCore
import ServiceTesting
import Testing

/// What breaks HTTP, its encodings and its paths: the server answers or hangs up, lives, and keeps no memory of it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HostileTrafficTests {
    /// Bytes that an allocator may keep over thousands of requests; a kilobyte leaked by each would be more.
    private static let keptBytes = 12 << 20

    private static let head = "POST /v2/models/m/infer HTTP/1.1\r\nHost: t\r\n"

    static let frames: [(name: String, bytes: String)] = [
        ("negative length", head + "Content-Length: -1\r\n\r\n{}"),
        ("length of letters", head + "Content-Length: abc\r\n\r\n{}"),
        ("length 10^20", head + "Content-Length: 100000000000000000000\r\n\r\n{}"),
        ("two lengths", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        ("length and chunks", head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        ("chunks and length", head + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        ("chunk size of letters", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
        (
            "chunk size beyond 64 bits",
            head + "Transfer-Encoding: chunked\r\n\r\n\(String(repeating: "f", count: 20))\r\n{}"
        ),
        ("negative chunk size", head + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}"),
        ("NUL in a header", head + "X-A: a\0b\r\n\r\n"), ("header without a colon", head + "nonsense\r\n\r\n"),
        ("space in a header's name", head + "Content Length: 2\r\n\r\n{}"),
        ("a header of 1 MB", head + "X-A: \(String(repeating: "a", count: 1 << 20))\r\n\r\n"),
        ("100,000 headers", head + String(repeating: "X-A: b\r\n", count: 100_000) + "\r\n"),
        ("a path of 1 MB", "GET /\(String(repeating: "a", count: 1 << 20)) HTTP/1.1\r\nHost: t\r\n\r\n"),
        ("HTTP/9.9", "GET /v2 HTTP/9.9\r\nHost: t\r\n\r\n"), ("no HTTP", "\u{1}\u{2}\u{3}\r\n\r\n"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n"),
    ]

    @Test func brokenFramesAreRefusedAndCostNoMemory() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await FaultyServer.with(repository) { server in
            let growth = try await server.growth {
                for _ in 0..<5 {
                    for frame in Self.frames {
                        let status = try await server.status(ofRaw: Array(frame.bytes.utf8))
                        #expect(status.map { 400..<500 ~= $0 || $0 == 505 } ?? true, "\(frame.name): \(status ?? 0)")
                    }
                }
            }
            #expect(growth < Self.keptBytes, "grew by \(growth) bytes")
            #expect(try await server.infer().status == 200)
        }
    }

    /// Triton allocated stack per chunk (CVE-2025-23310).
    @Test func aBodyOf70000ChunksIsReadAsAnyOther() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await FaultyServer.with(repository) { server in
            let body = FaultyServer.echo + String(repeating: " ", count: 70_000 - FaultyServer.echo.utf8.count)
            let chunks = body.utf8.flatMap { Array("1\r\n".utf8) + [$0] + Array("\r\n".utf8) }
            let bytes =
                Array((Self.head + "Transfer-Encoding: chunked\r\n\r\n").utf8) + chunks + Array("0\r\n\r\n".utf8)
            let growth = try await server.growth {
                for _ in 0..<5 {
                    let status = try await server.status(ofRaw: bytes)
                    #expect(status == 200)
                }
            }
            #expect(growth < Self.keptBytes, "grew by \(growth) bytes")
        }
    }

    @Test func aBodyThatDoesNotComeEndsTheConnection() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await FaultyServer.with(repository, flags: ["--http-idle-timeout", "5s"]) { server in
            let connections = try await withThrowingTaskGroup(of: RawConnection.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let connection = try await RawConnection.open(server.url)
                        try await connection.send(Self.head + "Content-Length: 100\r\n\r\n{")
                        return connection
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await server.infer().status == 200)
            for connection in connections { #expect(try await connection.closes()) }
        }
    }

    @Test func clientsThatLeaveCostNothing() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 20")
        try await FaultyServer.with(repository) { server in
            func leave(_ text: String, after pause: Duration) async throws {
                let connection = try await RawConnection.open(server.url)
                try await connection.send(text)
                try await Task.sleep(for: pause)
                await connection.close()
            }
            let large = Array(repeating: "1", count: 100_000).joined(separator: ",")
            let answered =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[100000],\"datatype\":\"FP32\",\"data\":[\(large)]}]}"
            let growth = try await server.growth {
                for _ in 0..<50 {
                    // In the body, in the inference, and while the answer is written.
                    try await leave(Self.head + "Content-Length: 1000\r\n\r\n{\"inputs\":[", after: .milliseconds(1))
                    try await leave(
                        Self.head + "Content-Length: \(FaultyServer.echo.utf8.count)\r\n\r\n" + FaultyServer.echo,
                        after: .milliseconds(5))
                    try await leave(
                        Self.head + "Content-Length: \(answered.utf8.count)\r\n\r\n" + answered,
                        after: .milliseconds(25))
                }
            }
            #expect(growth < Self.keptBytes, "grew by \(growth) bytes")
            #expect(try await server.infer().status == 200)
            // Bodies that came whole are read, and given up, after their clients have left.
            let idle = #"nv_inference_pending_request_count{model="m",version="1"} 0"#
            var metrics = ""
            for _ in 0..<200 where !metrics.contains(idle) {
                metrics = try await server.get("/metrics").text
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(metrics.contains(idle), "\(metrics)")
        }
    }

    static let names = [
        "", "%20", ".", "..", "%20..", "a%2Fb", "%2e%2e", "%2e%2e%2f", "%2e%2e%2fm", "..%2f..%2fetc%2fpasswd", "%00",
        "m%00", "m%0a", "m%0d%0aX-A:%20b", "%ff", "%zz", "%", String(repeating: "a", count: 256),
        String(repeating: "%2e", count: 4096),
    ]

    @Test func aNameThatIsNoneIsNoModel() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        let flags = ["--models-control", "explicit", "--models-load", "m"]
        try await FaultyServer.with(repository, flags: flags) { server in
            let growth = try await server.growth {
                for name in Self.names {
                    for path in [
                        "v2/models/\(name)/infer", "v2/models/\(name)/versions/1/infer",
                        "v2/repository/models/\(name)/load", "v2/repository/models/\(name)/unload",
                    ] {
                        let request = "POST /\(path) HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}"
                        let status = try await server.status(ofRaw: Array(request.utf8))
                        #expect(status.map { 400..<500 ~= $0 } == true, "\(path): \(status ?? 0)")
                    }
                }
            }
            #expect(growth < Self.keptBytes, "grew by \(growth) bytes")
            #expect(try await server.infer().status == 200)
        }
    }

    @Test func bombsAreNotUnpacked() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        try await FaultyServer.with(repository) { server in
            var deflated = DeflateStream()
            deflated.run(of: 0x20, count: 10_000_000_000)
            // RFC 1952: a header without a name; the checksum behind the data is never reached.
            let bomb = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + deflated.finished() + [UInt8](repeating: 0, count: 8)
            let growth = try await server.growth {
                for _ in 0..<2 {
                    let answer = try await server.post(
                        "/v2/models/m/infer", bomb, headers: [("Content-Encoding", "gzip")])
                    #expect(answer.status == 413, "\(answer.text)")
                }
            }
            // The limit of a body is 64 MiB, and so are its pages at most.
            #expect(growth < 80 << 20, "grew by \(growth) bytes")
        }
    }

    /// CVE-2026-24146.
    @Test func aMillionOutputsAreRefused() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m")
        let outputs = Array(repeating: #"{"name":"y"}"#, count: 1_000_000).joined(separator: ",")
        let body = Array(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}],\"outputs\":[\(outputs)]}"
                .utf8)
        try await FaultyServer.with(repository) { server in
            let growth = try await server.growth {
                for _ in 0..<3 {
                    let status = try await server.post("/v2/models/m/infer", body).status
                    #expect(status == 400)
                }
            }
            #expect(growth < 32 << 20, "grew by \(growth) bytes")
        }
    }

    @Test func aFloodBeyondTheQueueIsRefusedAtOnce() async throws {
        let repository = try ModelRepository()
        try repository.addEcho("m", parameters: "\"sleep_ms\": 50", extra: "\"queue\": {\"requests\": 8},")
        try await FaultyServer.with(repository) { server in
            func flood() async throws -> [Int: Int] {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<200 { group.addTask { try await server.infer().status } }
                    return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
            }
            var counts: [[Int: Int]] = []
            let growth = try await server.growth { counts.append(try await flood()) }
            for count in counts {
                #expect(Set(count.keys) == [200, 503], "\(count)")
                #expect(count[503, default: 0] > 100, "\(count)")
            }
            #expect(growth < Self.keptBytes, "grew by \(growth) bytes")
            #expect(try await server.infer().status == 200)
        }
    }
}
