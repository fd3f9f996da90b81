import Foundation
import Hummingbird
import ServiceHost
import ServiceTesting
import Testing

@Suite struct ConnectionTests {
    @Test func anIdleConnectionIsClosed() async throws {
        let application = try testApplication(["--http-idle-timeout", "1s"]) { _ in }
        try await withRunningService(application) { url in
            // One that says nothing, one that says half a head, one that was served.
            let connections = [
                try await RawConnection.open(url), try await RawConnection.open(url), try await RawConnection.open(url),
            ]
            try await connections[1].send("GET /health/live HTTP/1.1\r\nHost:")
            try await connections[2].send("GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try await connections[2].text { $0.contains("ok") }.hasPrefix("HTTP/1.1 200"))
            for connection in connections { #expect(try await connection.closes()) }
        }
    }

    @Test func moreConnectionsThanTheLimitWait() async throws {
        let application = try testApplication(["--http-max-connections", "2"]) { _ in }
        try await withRunningService(application) { url in
            let ask = "GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n"
            let first = try await RawConnection.open(url)
            let second = try await RawConnection.open(url)
            for connection in [first, second] {
                try await connection.send(ask)
                try await connection.text { $0.contains("ok") }
            }
            let third = try await RawConnection.open(url)
            try await third.send(ask)
            try await Task.sleep(for: .milliseconds(300))
            #expect(third.text.isEmpty)
            await first.close()
            #expect(try await third.text { $0.contains("ok") }.hasPrefix("HTTP/1.1 200"))
            await second.close()
            await third.close()
        }
    }

    @Test func oneConnectionServesManyRequests() async throws {
        let application = try testApplication { _ in }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            var answered = 0
            for _ in 1...50 {
                let before = connection.text.utf8.count
                try await connection.send("GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n")
                let text = try await connection.text { $0.utf8.count > before && $0.hasSuffix("}") }
                if text.utf8.count > before { answered += 1 }
            }
            #expect(answered == 50)
            #expect(!connection.isClosed)
            await connection.close()
        }
    }

    /// Requests sent before the answers to those before them are answered in their order, whatever the bodies.
    @Test(arguments: [false, true])
    func requestsSentAheadAreAnsweredInOrder(onConnections: Bool) async throws {
        let application = try testApplication(handlesOnConnections: onConnections) { router in
            router.post("echo") { request, context in
                let body = try await request.collectBody(context)
                // The first takes longest.
                if body.readableBytes < 5 { try await Task.sleep(for: .milliseconds(100)) }
                return "<\(body.readableBytes)>"
            }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            let sizes = [3, 70_000, 0, 40, 300_000, 4]
            let requests = sizes.map { size in
                "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n"
                    + String(repeating: "x", count: size)
            }
            try await connection.send(requests.joined())
            let text = try await connection.text { $0.hasSuffix("<4>") }
            let answers = text.split(separator: "\r\n").filter { $0.hasPrefix("<") }
            #expect(
                answers.map { $0.prefix { $0 != ">" } } == sizes.map { "<\($0)" }, "\(text.prefix(2000))")
            #expect(!connection.isClosed)
            await connection.close()
        }
    }

    /// A handler that does not read its body does not spoil the connection: a short rest is dropped.
    @Test func anUnreadBodyIsDropped() async throws {
        let application = try testApplication { router in
            router.post("ignore") { _, _ in "ignored" }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            for round in 1...3 {
                let size = 20_000 * round
                try await connection.send(
                    "POST /ignore HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n"
                        + String(repeating: "x", count: size))
                let text = try await connection.text { $0.components(separatedBy: "ignored").count == round + 1 }
                #expect(text.hasSuffix("ignored"))
            }
            #expect(!connection.isClosed)
            await connection.close()
        }
    }

    @Test func whatFollowsARequestDoesNotCostItsAnswer() async throws {
        let application = try testApplication { router in
            router.get("slow") { _, _ in
                try await Task.sleep(for: .milliseconds(100))
                return "<done>"
            }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\nnot http at all\r\n\r\n")
            #expect(try await connection.closes())
            #expect(
                connection.text.hasPrefix("HTTP/1.1 200") && connection.text.hasSuffix("<done>"), "\(connection.text)")
        }
    }

    /// Two lengths of one body are how requests are smuggled.
    @Test func aLengthBesideChunksIsRefused() async throws {
        let application = try testApplication { router in
            router.post("read") { request, context in "\(try await request.collectBody(context).readableBytes)" }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(
                "POST /read HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            )
            let answer = try await connection.text { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            #expect(try await connection.closes())
        }
    }

    @Test(arguments: ["GET / HTTP/9.9\r\n\r\n", "not http at all\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"])
    func whatIsNoHTTPIs400(text: String) async throws {
        let application = try testApplication { _ in }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(text)
            let answer = try await connection.text { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            #expect(try await connection.closes())
        }
    }

    /// A chunked body that breaks its own framing is refused while its handler reads it.
    @Test func aBodyThatBreaksOffIsRefused() async throws {
        let application = try testApplication { router in
            router.post("read") { request, context in "\(try await request.collectBody(context).readableBytes)" }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(
                "POST /read HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n")
            let answer = try await connection.text { $0.contains("}}") }
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            #expect(try await connection.closes())
            #expect(try await send("GET", url + "/health/live").status == 200)
        }
    }
}
