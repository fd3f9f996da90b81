import Glibc
import NIOCore

/// What came of requests that were sent to one model.
struct Outcome: Sendable {
    /// Of the answered ones, ascending, in milliseconds from when they were due.
    var latencies: [Double] = []
    var refused = 0
    /// From the first request due to the last answer.
    var seconds = 0.0

    var throughput: Double { Double(latencies.count) / seconds }
    var mean: Double { latencies.reduce(0, +) / Double(latencies.count) }

    func percentile(_ share: Double) -> Double {
        latencies.isEmpty ? .nan : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
    }
}

/// Requests of one row and 16 to 512 tokens, always the same.
struct MixedLengths {
    private var messages: [(body: ByteBuffer, headerLength: Int)] = []

    init(count: Int) throws {
        // Steps of the golden ratio cover the range evenly, in no order that a batch could profit from.
        for index in 0..<count {
            let share = (Double(index) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
            messages.append(try ModelServer.message(rows: 1, length: 16 + Int(share * 496.99)))
        }
    }

    /// Sends them at random moments that do not depend on the answers.
    ///
    /// - Parameter rate: Requests a second.
    func openLoop(_ server: ModelServer, _ model: String, rate: Double) async throws -> Outcome {
        var random = Random(state: 42)
        let clock = ContinuousClock()
        let start = clock.now
        var due = start
        var outcome = Outcome()
        try await withThrowingTaskGroup(of: Double?.self) { group in
            for message in messages {
                due += .seconds(-log(random.unit()) / rate)
                try await clock.sleep(until: due)
                group.addTask { [due] in
                    try await server.infer(model, message) ? (clock.now - due) / .milliseconds(1) : nil
                }
            }
            for try await latency in group {
                if let latency { outcome.latencies.append(latency) } else { outcome.refused += 1 }
            }
        }
        outcome.seconds = (clock.now - start) / .seconds(1)
        outcome.latencies.sort()
        return outcome
    }
}

/// Sends one request again and again from so many clients.
func closedLoop(
    _ server: ModelServer, _ model: String, clients: Int, requests: Int, rows: Int, length: Int
) async throws -> Outcome {
    let message = try ModelServer.message(rows: rows, length: length)
    let clock = ContinuousClock()
    let start = clock.now
    var outcome = Outcome()
    outcome.latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
        for _ in 0..<clients {
            group.addTask {
                var latencies: [Double] = []
                for _ in 0..<requests / clients {
                    let sent = clock.now
                    try await server.infer(model, message)
                    latencies.append((clock.now - sent) / .milliseconds(1))
                }
                return latencies
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }.sorted()
    }
    outcome.seconds = (clock.now - start) / .seconds(1)
    return outcome
}

private struct Random {
    var state: UInt64

    /// In (0, 1]: xorshift64*.
    mutating func unit() -> Double {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Double((state &* 2_685_821_657_736_338_717) >> 11 | 1) / Double(1 << 53)
    }
}
