import Synchronization

/// A fixed number of connections; more callers than that wait in turn.
final class PostgresPool: Sendable {
    private struct State {
        var free: [PostgresConnection]
        var waiters: [CheckedContinuation<PostgresConnection, Never>] = []
    }

    private let state: Mutex<State>

    init(_ address: String, size: Int) {
        state = Mutex(State(free: (0..<size).map { _ in PostgresConnection(address) }))
    }

    /// Runs `work` on a connection that nobody else has meanwhile.
    func run<T: Sendable>(_ work: @Sendable (borrowing PostgresSession) throws -> T) async throws -> T {
        let connection = await take()
        defer { give(connection) }
        return try await connection.run(work)
    }

    private func take() async -> PostgresConnection {
        await withCheckedContinuation { continuation in
            let connection = state.withLock { state -> PostgresConnection? in
                if let free = state.free.popLast() { return free }
                state.waiters.append(continuation)
                return nil
            }
            if let connection { continuation.resume(returning: connection) }
        }
    }

    private func give(_ connection: PostgresConnection) {
        let waiter = state.withLock { state -> CheckedContinuation<PostgresConnection, Never>? in
            if state.waiters.isEmpty {
                state.free.append(connection)
                return nil
            }
            return state.waiters.removeFirst()
        }
        waiter?.resume(returning: connection)
    }
}
