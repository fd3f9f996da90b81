import Synchronization

/// Commits together what is asked for while another commit is under way: one wait for the disk serves all of them.
///
/// A write is answered when its commit is durable. A write alone is committed at once; the more come, the more share.
final class CommitGroup: Sendable {
    private struct Waiter {
        var group: WriteGroup
        var rows: Int
        var continuation: CheckedContinuation<WriteOutcome, any Error>
    }

    private struct State {
        var waiters: [Waiter] = []
        var isRunning = false
    }

    /// Rows of one commit; a single write may have more.
    private static let most = 10_000

    private let storage: any FeatureStorage
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(storage: any FeatureStorage, clock: @escaping @Sendable () -> Timestamp) {
        self.storage = storage
        self.clock = clock
    }

    /// Writes all batches or none.
    func write(_ group: WriteGroup) async throws -> WriteOutcome {
        try await withCheckedThrowingContinuation { continuation in
            let starts = state.withLock { state in
                state.waiters.append(
                    Waiter(
                        group: group, rows: group.batches.reduce(0) { $0 + $1.rows.count }, continuation: continuation))
                defer { state.isRunning = true }
                return !state.isRunning
            }
            // Not a child of this write: it also commits those of others, which must not end with this caller.
            if starts { Task { await run() } }
        }
    }

    private func run() async {
        while let group = next() {
            do {
                let outcomes = try await storage.write(group.map(\.group), at: clock())
                for (waiter, outcome) in zip(group, outcomes) { waiter.continuation.resume(returning: outcome) }
            } catch let error where group.count > 1 && Self.isOneWritersFault(error) {
                // What one of them asks for cannot be stored; the others must not suffer for it.
                for waiter in group { await commit(waiter) }
            } catch {
                for waiter in group { waiter.continuation.resume(throwing: error) }
            }
        }
    }

    private func commit(_ waiter: Waiter) async {
        do {
            let outcomes = try await storage.write([waiter.group], at: clock())
            waiter.continuation.resume(returning: outcomes[0])
        } catch {
            waiter.continuation.resume(throwing: error)
        }
    }

    /// A store that is away or full is so for everybody.
    private static func isOneWritersFault(_ error: any Error) -> Bool {
        guard let error = error as? FeatureStoreError else { return true }
        return ![.storageUnavailable, .storageFull].contains(error.code)
    }

    private func next() -> [Waiter]? {
        state.withLock { state in
            var rows = 0
            let count = state.waiters.prefix { waiter in
                defer { rows += waiter.rows }
                return rows == 0 || rows + waiter.rows <= Self.most
            }.count
            guard count > 0 else {
                state.isRunning = false
                return nil
            }
            let group = Array(state.waiters.prefix(count))
            state.waiters.removeFirst(count)
            return group
        }
    }
}
