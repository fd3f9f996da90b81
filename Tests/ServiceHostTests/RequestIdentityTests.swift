import Hummingbird
import ServiceHost
import ServiceTesting
import Telemetry
import Testing

@Suite struct RequestIdentityTests {
    private func withEcho(_ body: (String) async throws -> Void) async throws {
        let application = try testApplication { router in
            router.get("echo") { _, context in
                let scope = RequestScope.current
                return "\(scope?.requestID ?? "none") \(scope?.trace.traceparent ?? "none") \(context.requestID)"
            }
        }
        try await withRunningService(application, body)
    }

    @Test func aValidIdentifierIsKept() async throws {
        try await withEcho { url in
            let answer = try await send("GET", url + "/echo", headers: ["X-Request-ID": "client-42/a:b@c"])
            #expect(answer.header("X-Request-ID") == "client-42/a:b@c")
            #expect(answer.body.hasPrefix("client-42/a:b@c ") && answer.body.hasSuffix(" client-42/a:b@c"))
        }
    }

    @Test(arguments: ["has space", "quote\"", String(repeating: "x", count: 129), "a{b}", "ümlaut"])
    func anotherOneIsReplaced(identifier: String) async throws {
        try await withEcho { url in
            let answer = try await send("GET", url + "/echo", headers: ["X-Request-ID": identifier])
            let replaced = try #require(answer.header("X-Request-ID"))
            #expect(replaced != identifier && replaced.utf8.count == 16)
        }
    }

    @Test func eachRequestWithoutOneGetsItsOwn() async throws {
        try await withEcho { url in
            let first = try await send("GET", url + "/echo").header("X-Request-ID")
            let second = try await send("GET", url + "/echo").header("X-Request-ID")
            #expect(first != nil && first != second)
        }
    }

    @Test func theTraceGoesOn() async throws {
        let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        try await withEcho { url in
            let answer = try await send("GET", url + "/echo", headers: ["traceparent": sent])
            let received = try #require(TraceContext(traceparent: String(answer.body.split(separator: " ")[1])))
            #expect(received.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(received.spanID != 0x00f0_67aa_0ba9_02b7)
            #expect(received.flags == 1)
            // A malformed one starts a new trace.
            let other = try await send("GET", url + "/echo", headers: ["traceparent": sent.uppercased()])
            let fresh = try #require(TraceContext(traceparent: String(other.body.split(separator: " ")[1])))
            #expect(fresh.traceID != received.traceID)
        }
    }
}
