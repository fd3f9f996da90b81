import ServiceHost
import SuiteConfig

/// How many documents are in a step at once; the others wait before it.
struct StepLimits: Sendable {
    private let gates: [StepName: ConcurrencyGate]

    init(_ config: FeatureStoreConfig.Jobs) {
        let most: [StepName: Int] = [
            .convert: config.conversions, .recognize: config.recognitions, .analyze: config.analyses,
            .embed: config.embeddings,
        ]
        // No more can wait than there are workers.
        gates = most.filter { $0.value < config.workers }.mapValues {
            ConcurrencyGate(name: "step", running: $0, waiting: config.workers, status: 503, metrics: nil)
        }
    }

    func run<T>(_ step: StepName, _ work: () async throws -> T) async throws -> T {
        guard let gate = gates[step] else { return try await work() }
        try await gate.enter()
        let start = ContinuousClock.now
        defer { gate.leave(after: start.duration(to: .now)) }
        return try await work()
    }
}
