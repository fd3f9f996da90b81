import FoundationEssentials
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost
import ServiceTesting
import Synchronization
import Telemetry
import Testing

@Suite struct HealthTests {
    private func report(_ answer: Answer) throws -> ReadinessReport {
        try JSONBody.decode(ReadinessReport.self, from: ByteBuffer(string: answer.body))
    }

    @Test func aServiceWhoseDependenciesWorkIsReady() async throws {
        let application = try testApplication(dependencies: [HealthDependency(name: "disk") {}]) { _ in }
        try await withRunningService(application) { url in
            #expect(try await send("GET", url + "/health/live").body == #"{"status":"ok"}"#)
            let answer = try await send("GET", url + "/health/ready")
            #expect(answer.status == 200)
            #expect(try report(answer).dependencies["disk"]?.status == "ok")
        }
    }

    @Test func eachDependencyIsNamedWithWhatIsWrong() async throws {
        let application = try testApplication(dependencies: [
            HealthDependency(name: "disk") {},
            HealthDependency(name: "inference") { throw APIError.notFound("no model is loaded") },
            // Ignores its cancellation: the answer must not wait for it.
            HealthDependency(name: "slow", timeout: .milliseconds(100)) {
                await withCheckedContinuation { continuation in
                    Task.detached {
                        try? await Task.sleep(for: .seconds(3))
                        continuation.resume()
                    }
                }
            },
        ]) { _ in }
        try await withRunningService(application) { url in
            let start = ContinuousClock.now
            let answer = try await send("GET", url + "/health/ready")
            #expect(start.duration(to: .now) < .seconds(2))
            #expect(answer.status == 503)
            let report = try report(answer)
            #expect(report.status == "not_ready")
            #expect(report.dependencies["disk"]?.status == "ok")
            #expect(report.dependencies["inference"]?.error == "no model is loaded")
            #expect(report.dependencies["slow"]?.error == "no answer within 0.1 s")
            // Liveness does not depend on them.
            #expect(try await send("GET", url + "/health/live").status == 200)
        }
    }

    @Test func manyProbesAreOneCheck() async throws {
        let checks = Atomic<Int>(0)
        let telemetry = Telemetry(service: "test-service", version: "1", logs: .discarding)
        let inFlight = telemetry.metrics.gauge("http_requests_in_flight", help: "Requests being answered.")
        let application = try testApplication(
            telemetry: telemetry,
            dependencies: [
                HealthDependency(name: "disk", timeout: .seconds(20)) {
                    checks.add(1, ordering: .relaxed)
                    // The first check ends when all probes have come.
                    while checks.load(ordering: .relaxed) == 1, inFlight.value < 8 {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            ]
        ) { _ in }
        try await withRunningService(application) { url in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await send("GET", url + "/health/ready").status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(checks.load(ordering: .relaxed) == 1)
            try await Task.sleep(for: .milliseconds(1100))
            #expect(try await send("GET", url + "/health/ready").status == 200)
            #expect(checks.load(ordering: .relaxed) == 2)
        }
    }

    @Test func theServiceDescribesItself() async throws {
        let application = try testApplication { router in
            router.get("v1/items/{id}") { _, _ in "item" }
        }
        #expect(
            application.routes.map(\.description) == [
                "GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json", "GET /v1/items/{id}",
            ])
        try await withRunningService(application) { url in
            let document = try await send("GET", url + "/openapi.json")
            #expect(document.body == #"{"openapi":"3.1.0"}"#)
            #expect(document.header("Content-Type") == "application/json; charset=utf-8")
            #expect(try await send("GET", url + "/v1/config").status == 404)
        }
    }

    @Test func theConfigurationIsShownWhenAsked() async throws {
        let application = try testApplication(["--http-expose-config"]) { _ in }
        try await withRunningService(application) { url in
            let answer = try await send("GET", url + "/v1/config")
            #expect(answer.body == #"{"settings":[]}"#)
        }
    }
}
