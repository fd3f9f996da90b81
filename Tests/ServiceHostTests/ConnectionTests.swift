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
}
