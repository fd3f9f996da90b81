import DequeModule
import ServiceAPI
import Synchronization
package import Telemetry

/// A semaphore with a bounded queue: first come, first served, and a waiter that is cancelled leaves the queue.
package final class ConcurrencyGate: Sendable {
    private struct State {
        var running = 0
        var waiters: Deque<(id: UInt64, continuation: CheckedContinuation<Void, any Error>)> = []
        var nextID: UInt64 = 0
        /// How long a request holds its place, in seconds: exponential mean over about ten requests.
        var meanHold = 0.0
    }

    private let name: String
    private let running: Int
    private let waiting: Int
    private let status: Int
    private let refused: Counter?
    private let state = Mutex(State())

    package init(name: String, running: Int, waiting: Int, status: Int, metrics: MetricsRegistry?) {
        precondition(running > 0 && waiting >= 0, "\(name) must let something run")
        self.name = name
        self.running = running
        self.waiting = waiting
        self.status = status
        refused = metrics?.counters(
            "http_group_refused_total", help: "Requests refused because the group was full.", labels: ["group"]
        ).series(name)
    }

    /// Waits for a place.
    ///
    /// - Throws: 503 or 429 when the queue is full too; `CancellationError` when cancelled while waiting.
    package func enter() async throws {
        let id = try state.withLock { state -> UInt64? in
            if state.running < running {
                state.running += 1
                return nil
            }
            guard state.waiters.count < waiting else { throw refusal(state) }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let resumeNow = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    // Things may have moved since the first look.
                    if state.running < running {
                        state.running += 1
                        return .success(())
                    }
                    guard state.waiters.count < waiting else { return .failure(refusal(state)) }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let resumeNow { continuation.resume(with: resumeNow) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Gives the place to the next in the queue.
    package func leave(after held: Duration) {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            state.meanHold += (held.seconds - state.meanHold) * (state.meanHold == 0 ? 1 : 0.1)
            if let next = state.waiters.popFirst() { return next.continuation }
            state.running -= 1
            return nil
        }
        next?.resume()
    }

    private func refusal(_ state: State) -> APIError {
        refused?.increment()
        let seconds = state.meanHold * Double(state.waiters.count + 1) / Double(running)
        return APIError(
            status: status,
            code: "overloaded",
            message: "\(name) is full: \(running) requests run and \(state.waiters.count) wait",
            retryAfter: .seconds(min(60, max(1, seconds)))
        )
    }
}
