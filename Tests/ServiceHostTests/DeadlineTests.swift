import Hummingbird
import ServiceHost
import ServiceTesting
import Synchronization
import Telemetry
import Testing

@Suite struct DeadlineTests {
    /// What became of the handlers.
    private final class Record: Sendable {
        let started = Atomic<Int>(0)
        let cancelled = Atomic<Int>(0)
        let finished = Atomic<Int>(0)
    }

    private func withSlowRoutes(
        _ record: Record, _ flags: [String] = [], _ body: (String) async throws -> Void
    ) async throws {
        let application = try testApplication(flags) { router in
            router.get("sleep") { _, _ in
                record.started.add(1, ordering: .relaxed)
                do {
                    try await Task.sleep(for: .seconds(30))
                } catch {
                    record.cancelled.add(1, ordering: .relaxed)
                    throw error
                }
                return "slept"
            }
            router.get("stubborn") { _, _ in
                // Work that does not notice its cancellation.
                await withCheckedContinuation { continuation in
                    Task.detached {
                        try? await Task.sleep(for: .seconds(1))
                        continuation.resume()
                    }
                }
                record.finished.add(1, ordering: .relaxed)
                return "done"
            }
            router.post("read") { request, context in
                "\(try await request.collectBody(context).readableBytes)"
            }
            router.get("left") { _, _ in
                let left = RequestScope.current?.deadline.map { ContinuousClock.now.duration(to: $0).seconds }
                return "\(left ?? -1)"
            }
            router.group("short").add(middleware: Deadline(default: .milliseconds(100), cap: .milliseconds(400)))
                .get { _, _ in
                    try await Task.sleep(for: .seconds(30))
                    return "slept"
                }
        }
        try await withRunningService(application, body)
    }

    private func timed(_ url: String, timeout: String? = nil) async throws -> (Answer, Duration) {
        let start = ContinuousClock.now
        let answer = try await send("GET", url, headers: timeout.map { ["X-Request-Timeout": $0] } ?? [:])
        return (answer, start.duration(to: .now))
    }

    @Test func aRequestThatTakesTooLongIs504() async throws {
        let record = Record()
        try await withSlowRoutes(record) { url in
            let (answer, time) = try await timed(url + "/sleep", timeout: "0.2")
            #expect(answer.status == 504)
            #expect(answer.body.contains(#""code":"deadline_exceeded""#))
            #expect(time >= .milliseconds(200) && time < .seconds(5))
            #expect(record.cancelled.load(ordering: .relaxed) == 1)
        }
    }

    @Test func theAnswerDoesNotWaitForAHandlerThatIgnoresIt() async throws {
        let record = Record()
        try await withSlowRoutes(record) { url in
            let (answer, time) = try await timed(url + "/stubborn", timeout: "0.1")
            #expect(answer.status == 504)
            #expect(time < .seconds(1))
            #expect(record.finished.load(ordering: .relaxed) == 0)
            // The connection is still good, and the handler comes to its end.
            #expect(try await send("GET", url + "/left").status == 200)
            try await Task.sleep(for: .seconds(1.2))
            #expect(record.finished.load(ordering: .relaxed) == 1)
        }
    }

    @Test func theConfigurationSetsTheDefaultAndTheCap() async throws {
        try await withSlowRoutes(
            Record(), ["--http-request-timeout", "200ms", "--http-max-request-timeout", "400ms"]
        ) { url in
            #expect(try await timed(url + "/sleep").0.status == 504)
            let (answer, time) = try await timed(url + "/sleep", timeout: "60")
            #expect(answer.status == 504)
            #expect(time >= .milliseconds(400) && time < .seconds(5))
        }
    }

    @Test func aGroupSetsItsOwn() async throws {
        try await withSlowRoutes(Record()) { url in
            let (answer, time) = try await timed(url + "/short")
            #expect(answer.status == 504)
            #expect(time >= .milliseconds(100) && time < .seconds(5))
            let (asked, longer) = try await timed(url + "/short", timeout: "0.3")
            #expect(asked.status == 504)
            #expect(longer >= .milliseconds(300) && longer < .seconds(5))
        }
    }

    @Test func handlersKnowWhatTimeIsLeft() async throws {
        try await withSlowRoutes(Record()) { url in
            let left = try #require(Double(try await timed(url + "/left", timeout: "12.5").0.body))
            #expect(left > 10 && left <= 12.5)
            let byDefault = try #require(Double(try await timed(url + "/left").0.body))
            #expect(byDefault > 50 && byDefault <= 60)
        }
    }

    @Test(arguments: ["abc", "-1", "0", "nan", "inf", "", "1e9", "5s"])
    func aTimeoutThatIsNoneIs400(text: String) async throws {
        try await withSlowRoutes(Record()) { url in
            let answer = try await send("GET", url + "/left", headers: ["X-Request-Timeout": text])
            #expect(answer.status == 400)
            #expect(answer.body.contains("X-Request-Timeout"))
        }
    }

    @Test func aBodyThatDripsInTimesOut() async throws {
        try await withSlowRoutes(Record()) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send(
                "POST /read HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\nX-Request-Timeout: 0.3\r\n\r\nabc")
            let start = ContinuousClock.now
            let answer = try await connection.text { $0.contains("}}") }
            #expect(answer.hasPrefix("HTTP/1.1 504"), "\(answer)")
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(try await connection.closes())
        }
    }

    @Test func aClientThatLeavesCancelsItsRequest() async throws {
        let record = Record()
        try await withSlowRoutes(record) { url in
            let connection = try await RawConnection.open(url)
            try await connection.send("GET /sleep HTTP/1.1\r\nHost: t\r\n\r\n")
            for _ in 0..<1000 where record.started.load(ordering: .relaxed) == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(record.cancelled.load(ordering: .relaxed) == 0)
            await connection.close()
            for _ in 0..<1000 where record.cancelled.load(ordering: .relaxed) == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(record.cancelled.load(ordering: .relaxed) == 1)
        }
    }
}
