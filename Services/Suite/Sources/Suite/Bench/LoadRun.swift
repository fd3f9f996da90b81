import Foundation
import ServiceAPI

/// One load: warmed up, measured, and the bare engine before and after it.
struct LoadRun: Sendable {
    let load: BenchLoad
    let target: BenchTarget
    let request: BenchRequest
    let tensors: [Tensor]
    let engine: BenchEngine?
    let duration: Double
    let warmup: Double

    func run() async throws -> BenchResult.Row {
        var bare = try await runEngine()
        if warmup > 0 { _ = try await send(seconds: warmup) }
        let before = try await target.statistics()
        let served = try await send(seconds: duration)
        let account = try await target.statistics() - before
        bare += try await runEngine()
        return BenchResult.Row(
            load: load, served: served, account: account,
            engine: engine == nil ? nil : Sample(times: bare, seconds: duration))
    }

    private func runEngine() async throws -> [Double] {
        guard let engine else { return [] }
        if warmup > 0 { _ = try await engine.run(tensors, concurrency: load.concurrency, seconds: warmup / 2) }
        return try await engine.run(tensors, concurrency: load.concurrency, seconds: duration / 2)
    }

    private func send(seconds: Double) async throws -> Sample {
        switch load {
        case .concurrency(let count): await closedLoop(count, seconds: seconds)
        case .rate(let rate): try await openLoop(rate, seconds: seconds)
        }
    }

    private func closedLoop(_ count: Int, seconds: Double) async -> Sample {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        var sample = await withTaskGroup(of: Sample.self) { group in
            for _ in 0..<count {
                group.addTask {
                    var sample = Sample()
                    while clock.now < end {
                        let sent = clock.now
                        sample.add(await target.infer(request), (clock.now - sent) / .seconds(1))
                    }
                    return sample
                }
            }
            return await group.reduce(into: Sample()) { $0.add($1) }
        }
        sample.seconds = (clock.now - start) / .seconds(1)
        return sample
    }

    /// Moments of a Poisson process, the same in each run.
    private func openLoop(_ rate: Double, seconds: Double) async throws -> Sample {
        var random = Xorshift(state: 42)
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        var due = start
        var sample = Sample()
        try await withThrowingTaskGroup(of: (BenchTarget.Outcome, Double).self) { group in
            var underWay = 0
            while true {
                due += .seconds(-log(random.unit()) / rate)
                if due > end { break }
                // Bounded, or a server that falls behind would take this process' memory.
                if underWay >= Self.waitingLimit, let (outcome, time) = try await group.next() {
                    sample.add(outcome, time)
                    underWay -= 1
                }
                try await clock.sleep(until: due, tolerance: .zero)
                group.addTask { [due] in (await target.infer(request), (clock.now - due) / .seconds(1)) }
                underWay += 1
            }
            for try await (outcome, time) in group { sample.add(outcome, time) }
        }
        sample.seconds = (clock.now - start) / .seconds(1)
        return sample
    }

    private static let waitingLimit = 20_000
}

/// A generator that gives the same numbers in each run (xorshift64*).
private struct Xorshift {
    var state: UInt64

    /// In (0, 1].
    mutating func unit() -> Double {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Double((state &* 2_685_821_657_736_338_717) >> 11 | 1) / Double(1 << 53)
    }
}
