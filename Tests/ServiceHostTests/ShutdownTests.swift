import Foundation
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import Synchronization
import Testing

@Suite struct ShutdownTests {
    @Test func aRequestInFlightIsAnsweredAndTheNextConnectionRefused() async throws {
        let started = Atomic<Bool>(false)
        let application = try testApplication { router in
            router.get("slow") { _, _ in
                started.store(true, ordering: .relaxed)
                try await Task.sleep(for: .seconds(2))
                return "done"
            }
        }
        let connection = Mutex<RawConnection?>(nil)
        let address = Mutex("")
        try await withRunningService(application) { url in
            address.withLock { $0 = url }
            let open = try await RawConnection.open(url)
            connection.withLock { $0 = open }
            try await open.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n")
            while !started.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(5)) }
        }  // Leaving shuts the service down.
        let open = try #require(connection.withLock { $0 })
        #expect(try await open.closes())
        #expect(open.text.hasSuffix("done"))
        #expect(open.text.lowercased().contains("connection: close"))
        await #expect(throws: (any Error).self) { try await send("GET", address.withLock { $0 } + "/health/live") }
    }

    @Test func readinessGoesFirst() async throws {
        let application = try testApplication(["--http-drain-delay", "2s"]) { router in
            router.get("work") { _, _ in "done" }
        }
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withRunningService(application) { url in
                    let ready = try await send("GET", url + "/health/ready")
                    #expect(ready.status == 200)
                    continuation.yield(url)
                    continuation.finish()
                }
            }
            let url = try #require(await urls.first { _ in true })
            var ready = try await send("GET", url + "/health/ready")
            for _ in 0..<100 where ready.status == 200 {
                try await Task.sleep(for: .milliseconds(10))
                ready = try await send("GET", url + "/health/ready")
            }
            // Not ready any more, but new connections and requests are still served.
            #expect(ready.status == 503)
            #expect(ready.body.contains("draining"))
            #expect(ready.header("Connection") == "close")
            #expect(try await send("GET", url + "/work").body == "done")
            #expect(try await send("GET", url + "/health/live").status == 200)
            try await group.waitForAll()
        }
    }

    @Test func aHandlerThatDoesNotEndIsCutOffAtTheDeadline() async throws {
        let application = try testApplication(["--http-shutdown-timeout", "500ms"]) { router in
            router.get("endless") { _, _ in
                try await Task.sleep(for: .seconds(60))
                return "never"
            }
        }
        let start = ContinuousClock.now
        do {
            try await withRunningService(application) { url in
                let open = try await RawConnection.open(url)
                try await open.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
                try await Task.sleep(for: .milliseconds(200))
            }
        } catch is CancellationError {}
        #expect(start.duration(to: .now) < .seconds(10))
    }

    /// A process under load gets SIGTERM: each request it has taken is answered, and it ends with 0.
    @Test(.timeLimit(.minutes(2)))
    func sigtermUnderLoadLosesNoAcceptedRequest() async throws {
        for round in 1...3 {
            let server = try ServiceProcess("benchmark-middleware", ["serve", "--http-drain-delay", "500ms"])
            let url = try await server.url()
            let outcome = try await withThrowingTaskGroup(of: LoadOutcome.self) { group in
                for _ in 0..<16 { group.addTask { try await load(url) } }
                try await Task.sleep(for: .milliseconds(300 * round))
                server.terminate()
                return try await group.reduce(into: LoadOutcome()) { $0.add($1) }
            }
            let status = try await server.exitStatus()
            #expect(status == 0, "\(server.log.suffix(4000))")
            #expect(outcome.answered > 16)
            #expect(outcome.brokenOff == 0, "\(outcome)")
            #expect(outcome.refused == 16)
            // What the server says it has answered, its clients have received.
            let logged = server.log.split(separator: "\n").count { $0.contains(#""route":"/slow","#) }
            #expect(logged == outcome.answered, "\(outcome)")
            #expect(!server.log.contains(#""status":5"#))
        }
    }

    private struct LoadOutcome {
        /// Complete answers.
        var answered = 0
        /// Requests on a connection that had served others, closed without a complete answer.
        var brokenOff = 0
        /// Connections that were not taken any more.
        var refused = 0

        mutating func add(_ other: LoadOutcome) {
            answered += other.answered
            brokenOff += other.brokenOff
            refused += other.refused
        }
    }

    /// Sends one request after the other, on one connection as long as the server keeps it open.
    private func load(_ url: String) async throws -> LoadOutcome {
        let body = #"{"name":"a","page":1,"scores":[1],"tags":{}}"#
        let request = """
            POST /slow HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\
            \(body)
            """
        var outcome = LoadOutcome()
        while true {
            let connection: RawConnection
            do {
                connection = try await RawConnection.open(url)
            } catch {
                outcome.refused += 1
                return outcome
            }
            var isNew = true
            while true {
                let before = connection.text.utf8.count
                do { try await connection.send(request) } catch { break }
                // An answer is one write that ends with the body's brace.
                let text = try await connection.text { $0.utf8.count > before && $0.hasSuffix("}") }
                guard text.utf8.count > before, text.hasSuffix("}") else {
                    // A connection that never answered was still in the kernel's queue when the listener closed.
                    if !isNew { outcome.brokenOff += 1 }
                    break
                }
                isNew = false
                outcome.answered += 1
                if text.lowercased().contains("connection: close") { break }
            }
            await connection.close()
        }
    }
}
