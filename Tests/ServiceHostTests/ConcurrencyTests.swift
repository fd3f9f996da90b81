import Hummingbird
import ServiceHost
import ServiceTesting
import Synchronization
import Telemetry
import Testing

@Suite struct ConcurrencyTests {
    /// Counts how many handlers run at once.
    private final class Load: Sendable {
        private let state = Mutex<(now: Int, most: Int, all: Int)>((0, 0, 0))
        /// Handlers end once this is open.
        let isOpen = Atomic<Bool>(false)
        let refused = Atomic<Int>(0)

        var most: Int { state.withLock { $0.most } }
        var all: Int { state.withLock { $0.all } }
        var now: Int { state.withLock { $0.now } }

        func run() async throws {
            state.withLock {
                $0.now += 1
                $0.all += 1
                $0.most = max($0.most, $0.now)
            }
            defer { state.withLock { $0.now -= 1 } }
            while !isOpen.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private func application(
        _ load: Load, running: Int, waiting: Int, status: Int = 503, telemetry: Telemetry
    ) throws -> ServiceApplication {
        try testApplication(telemetry: telemetry) { router in
            router.group().add(
                middleware: ConcurrencyLimit(
                    name: "readers", running: running, waiting: waiting, status: status, telemetry: telemetry)
            ).get("work") { _, _ in
                try await load.run()
                return "done"
            }
        }
    }

    @Test func whatDoesNotFitIsRefusedAtOnce() async throws {
        let load = Load()
        let telemetry = Telemetry(service: "t", version: "1", logs: .discarding)
        try await withRunningService(application(load, running: 2, waiting: 3, telemetry: telemetry)) { url in
            let statuses = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let answer = try await send("GET", url + "/work")
                        // The rest may go on once all that must be refused have been.
                        if answer.status == 503, load.refused.add(1, ordering: .relaxed).newValue == 3 {
                            load.isOpen.store(true, ordering: .relaxed)
                        }
                        return (answer.status, answer.header("Retry-After"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0.0 == 200 } == 5)
            #expect(statuses.count { $0.0 == 503 } == 3)
            #expect(statuses.allSatisfy { $0.0 == 200 || (Int($0.1 ?? "") ?? 0) >= 1 })
            #expect(load.most == 2)
            #expect(load.all == 5)
            #expect(telemetry.metrics.exposition().contains(#"http_group_refused_total{group="readers"} 3"#))
        }
    }

    @Test func answerThatIsMadeWhileItIsWrittenHoldsItsPlace() async throws {
        let load = Load()
        let telemetry = Telemetry(service: "t", version: "1", logs: .discarding)
        let application = try testApplication(telemetry: telemetry) { router in
            router.group().add(
                middleware: ConcurrencyLimit(name: "streams", running: 1, waiting: 0, telemetry: telemetry)
            ).get("stream") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        try await load.run()
                        try await writer.finish(nil)
                    })
            }
        }
        try await withRunningService(application) { url in
            async let first = send("GET", url + "/stream")
            while load.now == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await send("GET", url + "/stream").status == 503)
            load.isOpen.store(true, ordering: .relaxed)
            #expect(try await first.status == 200)
            // The place is free again, once the answer is written.
            var status = 503
            for _ in 0..<200 where status != 200 {
                status = try await send("GET", url + "/stream").status
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(status == 200)
        }
    }

    @Test func theRefusalsStatusIsTheServicesChoice() async throws {
        let load = Load()
        let telemetry = Telemetry(service: "t", version: "1", logs: .discarding)
        try await withRunningService(
            application(load, running: 1, waiting: 0, status: 429, telemetry: telemetry)
        ) { url in
            async let first = send("GET", url + "/work")
            while load.now == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let second = try await send("GET", url + "/work")
            #expect(second.status == 429)
            #expect(second.body.contains("readers is full"))
            load.isOpen.store(true, ordering: .relaxed)
            #expect(try await first.status == 200)
            // The place is free again.
            #expect(try await send("GET", url + "/work").status == 200)
        }
    }

    @Test func whoGivesUpWaitingLeavesTheQueue() async throws {
        let load = Load()
        let telemetry = Telemetry(service: "t", version: "1", logs: .discarding)
        try await withRunningService(application(load, running: 1, waiting: 1, telemetry: telemetry)) { url in
            async let first = send("GET", url + "/work")
            while load.now == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let impatient = try await send("GET", url + "/work", headers: ["X-Request-Timeout": "0.1"])
            #expect(impatient.status == 504)
            // Its place in the queue is free for another, who gets to run.
            async let patient = send("GET", url + "/work")
            try await Task.sleep(for: .milliseconds(100))
            load.isOpen.store(true, ordering: .relaxed)
            #expect(try await patient.status == 200)
            #expect(try await first.status == 200)
            #expect(load.all == 2)
        }
    }
}
