import Synchronization

/// Clients that ask without a pause until they are told to stop, and what came of it.
final class BackgroundLoad: Sendable {
    private struct State {
        var isOver = false
        var answered = 0
        var failed = 0
        /// Of the requests since they were last taken, in milliseconds.
        var times: [Double] = []
    }

    private let state = Mutex(State())

    var answered: Int { state.withLock { $0.answered } }
    var failed: Int { state.withLock { $0.failed } }

    func takeTimes() -> [Double] {
        state.withLock { state in
            defer { state.times = [] }
            return state.times
        }
    }

    func stop() { state.withLock { $0.isOver = true } }

    /// One client.
    func ask(_ client: ReloadClient) async {
        while !state.withLock({ $0.isOver }) {
            let begin = ContinuousClock.now
            let isAnswered = await client.infer()
            let time = (ContinuousClock.now - begin) / .milliseconds(1)
            state.withLock { state in
                if isAnswered {
                    state.answered += 1
                    state.times.append(time)
                } else {
                    state.failed += 1
                }
            }
        }
    }
}
