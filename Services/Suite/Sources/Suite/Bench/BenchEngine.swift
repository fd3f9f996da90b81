import Inference
import ServiceAPI

/// The engine alone, as a load of its own.
struct BenchEngine: Sendable {
    private let engine: InProcessEngine

    static func load(repository: String, model: String, version: Int?, plugins: String) async throws -> BenchEngine {
        do {
            return BenchEngine(
                engine: try await InProcessEngine(
                    repository: repository, model: model, version: version, plugins: plugins))
        } catch {
            throw CommandError(ExitStatus.noInput, "the engine does not load \(model): \(error)")
        }
    }

    /// Runs the model again and again, with as many executions at a time as requests are under way and instances there are.
    ///
    /// - Returns: The time of each, in seconds.
    func run(_ tensors: [Tensor], concurrency: Int?, seconds: Double) async throws -> [Double] {
        let lanes = min(concurrency ?? engine.instanceCount, engine.instanceCount)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var times: [Double] = []
                    while clock.now < end {
                        let start = clock.now
                        try await engine.run(tensors, instance: lane)
                        times.append((clock.now - start) / .seconds(1))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    func close() async { await engine.close() }
}
