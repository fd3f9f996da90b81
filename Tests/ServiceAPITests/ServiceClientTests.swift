import AsyncHTTPClient
import Hummingbird
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Synchronization
import Telemetry
import Testing

@Suite struct ServiceClientTests {
    private struct Config: ServiceConfig {
        static let service = "other"

        var http: HTTPConfig
        var log: LogConfig

        init(_ settings: Settings) {
            http = HTTPConfig(settings.scoped("http"), port: 0)
            log = LogConfig(settings.scoped("log"))
        }
    }

    /// Counts calls and says what each is answered.
    private final class Script: Sendable {
        private let state: Mutex<(calls: Int, failures: [APIError])>

        init(_ failures: [APIError] = []) {
            state = Mutex((0, failures))
        }

        var calls: Int { state.withLock { $0.calls } }

        func next() throws {
            let failure = state.withLock { state -> APIError? in
                state.calls += 1
                return state.failures.isEmpty ? nil : state.failures.removeFirst()
            }
            if let failure { throw failure }
        }
    }

    private func withService(
        _ script: Script, retry: RetryPolicy = RetryPolicy(attempts: 3, base: .milliseconds(5)),
        maxResponse: Int = 4096,
        timeout: Duration = .seconds(10), _ body: (ServiceClient) async throws -> Void
    ) async throws {
        let environment = testEnvironment(service: "other")
        let application = try ServiceApplication(
            name: "other", version: "1", http: try testConfiguration(Config.self).http, openAPI: "{}",
            telemetry: environment.telemetry, logger: environment.logger, dependencies: [], services: []
        ) { router in
            router.get("data") { _, _ in
                try script.next()
                return JSONResponse(["a": 1])
            }
            router.post("data") { request, context in
                try script.next()
                return JSONResponse(["bytes": try await request.collectBody(context).readableBytes])
            }
            router.get("scope") { _, context in
                let left = context.deadline - .now
                return JSONResponse([context.requestID, context.trace.traceID.description, "\(left.seconds)"])
            }
            router.get("large") { _, _ in String(repeating: "x", count: 5000) }
            router.get("sleep") { _, _ in
                try script.next()
                try await Task.sleep(for: .seconds(30))
                return ""
            }
        }
        try await withRunningService(application) { url in
            try await body(
                ServiceClient(
                    service: "other", baseURL: url, http: .shared, timeout: timeout, maxResponse: maxResponse,
                    retry: retry))
        }
    }

    private func failure(_ call: () async throws -> Void) async -> ServiceError? {
        do {
            try await call()
            return nil
        } catch {
            return error as? ServiceError
        }
    }

    private let busy = APIError.overloaded("busy", retryAfter: .zero)

    @Test func aPassingFailureIsRepeated() async throws {
        let script = Script([
            APIError(status: 502, code: "bad", message: "m"), APIError(status: 502, code: "bad", message: "m"),
        ])
        try await withService(script) { client in
            let answer = try await client.send(ServiceCall(.GET, ["data"]))
            #expect(try answer.decode([String: Int].self) == ["a": 1])
            #expect(script.calls == 3)
        }
    }

    @Test func afterTheLastAttemptTheServicesWordsAreTold() async throws {
        let script = Script(Array(repeating: APIError(status: 502, code: "bad", message: "the disk is full"), count: 9))
        try await withService(script) { client in
            let error = try #require(await failure { _ = try await client.send(ServiceCall(.GET, ["data"])) })
            #expect(error.description == "other answered 502: the disk is full")
            #expect(error.code == "bad")
            #expect(script.calls == 3)
        }
    }

    @Test func aCallThatChangesSomethingIsMadeOnce() async throws {
        let script = Script([busy, busy])
        try await withService(script) { client in
            let error = try #require(
                await failure {
                    _ = try await client.send(ServiceCall(.POST, ["data"], body: ByteBuffer(string: "abc")))
                })
            #expect(error.status == 503)
            #expect(script.calls == 1)
        }
    }

    @Test func aPostThatOnlyComputesIsRepeatedWithItsBody() async throws {
        let script = Script([APIError(status: 502, code: "bad", message: "m")])
        try await withService(script) { client in
            let answer = try await client.send(
                ServiceCall(.POST, ["data"], body: ByteBuffer(string: "abc"), changesNothing: true))
            #expect(try answer.decode([String: Int].self) == ["bytes": 3])
            #expect(script.calls == 2)
        }
    }

    @Test func retryAfterIsHonoured() async throws {
        let script = Script([APIError(status: 429, code: "slow", message: "m", retryAfter: .seconds(1))])
        try await withService(script) { client in
            let start = ContinuousClock.now
            _ = try await client.send(ServiceCall(.GET, ["data"]))
            #expect(start.duration(to: .now) >= .seconds(1))
            #expect(script.calls == 2)
        }
    }

    @Test func theCallersFaultIsNotRepeated() async throws {
        let script = Script([APIError.invalid("a is odd", field: "a")])
        try await withService(script) { client in
            let error = try #require(await failure { _ = try await client.send(ServiceCall(.GET, ["data"])) })
            #expect(error.status == 422 && error.field == "a" && error.isCallersFault)
            #expect(script.calls == 1)
        }
    }

    @Test func theRequestsIdentityAndDeadlineTravelAlong() async throws {
        try await withService(Script()) { client in
            let trace = TraceContext.start()
            let scope = RequestScope(requestID: "r-7", trace: trace, deadline: .now + .seconds(3))
            let values = try await RequestScope.$current.withValue(scope) {
                try await client.send(ServiceCall(.GET, ["scope"])).decode([String].self)
            }
            #expect(values[0] == "r-7")
            #expect(values[1] == trace.traceID.description)
            let left = try #require(Double(values[2]))
            #expect(left > 1 && left <= 3)
        }
    }

    @Test func theDeadlineEndsTheCall() async throws {
        try await withService(Script()) { client in
            let scope = RequestScope(requestID: "r", trace: .start(), deadline: .now + .milliseconds(300))
            let start = ContinuousClock.now
            let error = await failure {
                try await RequestScope.$current.withValue(scope) {
                    _ = try await client.send(ServiceCall(.GET, ["sleep"]))
                }
            }
            // Whoever notices first: the client, or the service that was told the same deadline.
            #expect(error?.apiError.status == 504 || error?.status == 504, "\(String(describing: error))")
            #expect(start.duration(to: .now) < .seconds(5))
            let late = RequestScope(requestID: "r", trace: .start(), deadline: .now - .seconds(1))
            let none = await failure {
                try await RequestScope.$current.withValue(late) {
                    _ = try await client.send(ServiceCall(.GET, ["data"]))
                }
            }
            #expect(none?.kind == .deadlineExceeded)
        }
    }

    @Test func aCancelledCallIsCancelled() async throws {
        let script = Script()
        try await withService(script) { client in
            let call = Task { try await client.send(ServiceCall(.GET, ["sleep"])) }
            while script.calls == 0 { try await Task.sleep(for: .milliseconds(5)) }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }

    @Test func aLargeAnswerIsNotReadToItsEnd() async throws {
        try await withService(Script()) { client in
            let error = try #require(await failure { _ = try await client.send(ServiceCall(.GET, ["large"])) })
            #expect(error.kind == .unreadable)
            #expect(error.message.contains("4096 bytes"))
        }
    }

    @Test func anAnswerOfAnotherFormNamesTheField() async throws {
        struct Expected: Decodable { var b: Int }
        try await withService(Script()) { client in
            let answer = try await client.send(ServiceCall(.GET, ["data"]))
            let error = try #require(await failure { _ = try answer.decode(Expected.self) })
            #expect(error.description == "other answered 200: the answer cannot be read: b is missing")
        }
    }

    @Test func aServiceThatIsNotThereIsNamed() async throws {
        // Port 1 is tcpmux, which nobody runs.
        let client = ServiceClient(
            service: "other", baseURL: "http://127.0.0.1:1", http: .shared, timeout: .seconds(5), retry: .never)
        let error = try #require(await failure { _ = try await client.send(ServiceCall(.GET, ["data"])) })
        #expect(error.kind == .unreachable)
        #expect(error.description.hasPrefix("other: cannot be reached at http://127.0.0.1:1"))
        #expect(error.apiError.status == 503)
    }
}
