import Logging
import ServiceAPI
import ServiceLifecycle
import Synchronization
import Telemetry

/// Knows whether the service should get requests, and closes the gate first when it shuts down.
///
/// In the service group it stands last, so it is told first to stop: readiness turns to 503, the load balancer gets
/// `drainDelay` to notice, and only then does the listener close.
actor ReadinessGate: Service {
    private let dependencies: [HealthDependency]
    private let drainDelay: Duration
    private let logger: Logger
    private let draining = Atomic<Bool>(false)
    private let closed = Atomic<Bool>(false)
    private var last: (report: ReadinessReport, time: ContinuousClock.Instant)?
    private var running: Task<ReadinessReport, Never>?

    /// Time for connections that are being set up to reach their handlers before the listener closes.
    private static let closingDelay: Duration = .milliseconds(250)

    /// How long a result answers further probes.
    private static let freshness: Duration = .seconds(1)

    init(dependencies: [HealthDependency], drainDelay: Duration, logger: Logger) {
        self.dependencies = dependencies
        self.drainDelay = drainDelay
        self.logger = logger
    }

    /// Whether shutdown has begun.
    nonisolated var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether new connections are turned away, because the listener is about to close.
    nonisolated var isClosed: Bool { closed.load(ordering: .relaxed) }

    func run() async throws {
        try? await gracefulShutdown()
        draining.store(true, ordering: .relaxed)
        logger.info("shutting down", metadata: ["drain_delay_seconds": .stringConvertible(drainDelay.seconds)])
        // Cancelled when the shutdown's own deadline passes; then there is nothing left to wait for.
        try? await Task.sleep(for: drainDelay)
        closed.store(true, ordering: .relaxed)
        try? await Task.sleep(for: Self.closingDelay)
    }

    /// The state of all dependencies; at most one round of checks runs at a time, and a result is kept for a second.
    func report() async -> ReadinessReport {
        if isDraining { return ReadinessReport(status: "draining", dependencies: last?.report.dependencies ?? [:]) }
        if let last, last.time.duration(to: .now) < Self.freshness { return last.report }
        if let running { return await running.value }
        // Unstructured so that the probe that started the round may leave without spoiling it for the others.
        let round = Task { await Self.check(dependencies) }
        running = round
        let report = await round.value
        running = nil
        last = (report, .now)
        return report
    }

    private static func check(_ dependencies: [HealthDependency]) async -> ReadinessReport {
        await withTaskGroup(of: (String, ReadinessReport.Dependency).self) { group in
            for dependency in dependencies {
                group.addTask { (dependency.name, await check(dependency)) }
            }
            var results: [String: ReadinessReport.Dependency] = [:]
            for await (name, result) in group { results[name] = result }
            let isReady = results.values.allSatisfy { $0.status == "ok" }
            return ReadinessReport(status: isReady ? "ready" : "not_ready", dependencies: results)
        }
    }

    private static func check(_ dependency: HealthDependency) async -> ReadinessReport.Dependency {
        let start = ContinuousClock.now
        let failure = await failure(of: dependency)
        let milliseconds = Int(start.duration(to: .now).seconds * 1000)
        return ReadinessReport.Dependency(
            status: failure == nil ? "ok" : "failed", error: failure, milliseconds: milliseconds)
    }

    /// Gives up on the check after its timeout, even if it ignores cancellation.
    private static func failure(of dependency: HealthDependency) async -> String? {
        await withCheckedContinuation { continuation in
            let first = FirstOutcome(continuation)
            let check = Task {
                do {
                    try await dependency.check()
                    first.resume(nil)
                } catch {
                    first.resume((error as? any APIErrorConvertible)?.apiError.message ?? String(describing: error))
                }
            }
            Task {
                try? await Task.sleep(for: dependency.timeout)
                check.cancel()
                first.resume("no answer within \(dependency.timeout.seconds) s")
            }
        }
    }
}

/// Resumes a continuation with whatever comes first.
private final class FirstOutcome: Sendable {
    private let continuation: Mutex<CheckedContinuation<String?, Never>?>

    init(_ continuation: CheckedContinuation<String?, Never>) {
        self.continuation = Mutex(continuation)
    }

    func resume(_ value: String?) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: value)
    }
}
