import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import Synchronization
import Testing

@Suite struct BodyTests {
    private struct Item: Codable {
        var name: String
    }

    /// How many chunks the streaming route has seen.
    private final class Seen: Sendable {
        let bytes = Atomic<Int>(0)
    }

    private func withBodies(_ seen: Seen = Seen(), _ body: (String) async throws -> Void) async throws {
        let application = try testApplication(["--http-max-body", "1KiB"]) { router in
            router.post("collect") { request, context in
                "\(try await request.collectBody(context).readableBytes)"
            }
            router.post("ignore") { _, _ in "ignored" }
            router.post("json") { request, context in
                try await request.decodeJSON(Item.self, context).name
            }
            router.group("large").add(middleware: BodyLimit(1 << 20)).post { request, _ in
                for try await chunk in request.body { seen.bytes.add(chunk.readableBytes, ordering: .relaxed) }
                return "\(seen.bytes.load(ordering: .relaxed))"
            }
        }
        try await withRunningService(application, body)
    }

    @Test func aBodyUpToTheLimitIsTaken() async throws {
        try await withBodies { url in
            for size in [0, 1, 1024] {
                let answer = try await send("POST", url + "/collect", body: String(repeating: "x", count: size))
                #expect(answer.status == 200 && answer.body == "\(size)")
            }
        }
    }

    @Test func anAnnouncedBodyBeyondTheLimitIsRefusedUnread() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000\r\n\r\n")
            let answer = try await connection.text { $0.contains("}}") }
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains("1024 bytes"))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(try await connection.closes())
        }
    }

    /// Many clients look at an answer only when they have sent everything.
    @Test(.timeLimit(.minutes(1))) func aClientMaySendItsRefusedBodyToTheEnd() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            // More than the sockets' buffers take: whoever is not read from cannot send it.
            try await connection.send(
                "POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 33554432\r\n\r\n"
                    + String(repeating: "x", count: 32 << 20))
            #expect(try await connection.text { $0.contains("}}") }.hasPrefix("HTTP/1.1 413"))
            #expect(try await connection.closes())
        }
    }

    @Test func aStreamedBodyBeyondTheLimitIsRefusedOnTheWay() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("POST /collect HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "200\r\n" + String(repeating: "x", count: 512) + "\r\n"
            for _ in 0..<3 { try await connection.send(chunk) }
            let answer = try await connection.text { $0.contains("}}") }
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(try await connection.closes())
        }
    }

    @Test func aGroupHasItsOwnLimit() async throws {
        let seen = Seen()
        try await withBodies(seen) { url in
            let answer = try await send("POST", url + "/large", body: String(repeating: "x", count: 500_000))
            #expect(answer.status == 200 && answer.body == "500000")
            let refused = try await send("POST", url + "/large", body: String(repeating: "x", count: (1 << 20) + 1))
            #expect(refused.status == 413)
            #expect(seen.bytes.load(ordering: .relaxed) == 500_000)
        }
    }

    @Test func anUnreadBodyDoesNotSpoilTheNextRequest() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            let body = String(repeating: "x", count: 1000)
            try await connection.send("POST /ignore HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + body)
            try await connection.send("POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab")
            let text = try await connection.text { $0.hasSuffix("\r\n\r\n2") }
            #expect(text.contains("ignored") && text.hasSuffix("\r\n\r\n2"))
            await connection.close()
        }
    }

    @Test func anEndlessUnreadBodyEndsTheConnection() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("POST /ignore HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000\r\n\r\nabc")
            #expect(try await connection.text { $0.contains("ignored") }.lowercased().contains("connection: close"))
            #expect(try await connection.closes())
        }
    }

    @Test func aClientThatAsksIsToldToContinue() async throws {
        try await withBodies { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(
                "POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await connection.text { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 100 Continue\r\n"))
            try await connection.send("abc")
            #expect(try await connection.text { $0.hasSuffix("\r\n\r\n3") }.contains("HTTP/1.1 200 OK"))
            // A body that is too large is not asked for.
            let other = try await RawConnection.open(url)
            try await other.send(
                "POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 3000\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await other.text { $0.contains("}}") }.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func jsonIsCheckedForTypeFormAndFields() async throws {
        try await withBodies { url in
            func post(_ body: String, _ type: String?) async throws -> Answer {
                try await send("POST", url + "/json", headers: type.map { ["Content-Type": $0] } ?? [:], body: body)
            }
            #expect(try await post(#"{"name":"a"}"#, "application/json; charset=utf-8").body == "a")
            #expect(try await post(#"{"name":"a"}"#, nil).status == 200)
            #expect(try await post(#"{"name":"a"}"#, "application/vnd.quinion+json").status == 200)
            for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
                #expect(try await post(#"{"name":"a"}"#, type).status == 415, "\(type)")
            }
            #expect(try await post("", "application/json").status == 400)
            #expect(try await post("{", "application/json").status == 400)
            #expect(try await post(String(repeating: "[", count: 1000), "application/json").status == 400)
            #expect(try await post(#"{"name":"\ud800"}"#, "application/json").status == 400)
            let wrong = try await post(#"{"name":7}"#, "application/json")
            #expect(wrong.status == 422 && wrong.body.contains(#""field":"name""#))
        }
    }

    @Test func aBodyThatEndsEarlyIsNotTakenForWhole() async throws {
        let finished = Atomic<Int>(0)
        let application = try testApplication { router in
            router.post("collect") { request, context in
                let body = try await request.collectBody(context)
                finished.add(1, ordering: .relaxed)
                return "\(body.readableBytes)"
            }
        }
        try await withRunningService(application) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("POST /collect HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
            try await Task.sleep(for: .milliseconds(100))
            await connection.close()
            try await Task.sleep(for: .milliseconds(200))
            #expect(finished.load(ordering: .relaxed) == 0)
        }
    }
}
