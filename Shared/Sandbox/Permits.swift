import DequeModule
import Synchronization

/// A number of permits and a bounded line of those who wait for one, first come first served.
final class Permits: Sendable {
    private struct State {
        var free: Int
        var line: Deque<Waiting> = []
        var nextID: UInt64 = 0
        var isClosed = false
    }

    private struct Waiting {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state: Mutex<State>
    private let waiting: Int
    private let name: String

    init(_ count: Int, waiting: Int, name: String) {
        state = Mutex(State(free: count))
        self.waiting = waiting
        self.name = name
    }

    /// Takes a permit, waiting in line for it.
    /// - Throws: ``SandboxError`` `overloaded` when the line is full, `closed`; `CancellationError`.
    func acquire() async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(closed) }
                    // The handler below may have run before we stood in line.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .success(())
                    }
                    if state.line.count >= waiting { return .failure(overloaded) }
                    state.line.append(Waiting(id: id, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let left = state.withLock { state in
                state.line.firstIndex { $0.id == id }.map { state.line.remove(at: $0) }
            }
            left?.continuation.resume(throwing: CancellationError())
        }
    }

    func release() {
        let next = state.withLock { state -> Waiting? in
            if let next = state.line.popFirst() { return next }
            state.free += 1
            return nil
        }
        next?.continuation.resume()
    }

    /// Refuses everybody from now on, and those in line.
    func close() {
        let line = state.withLock { state in
            state.isClosed = true
            defer { state.line = [] }
            return state.line
        }
        for waiting in line { waiting.continuation.resume(throwing: closed) }
    }

    private var overloaded: SandboxError {
        SandboxError(code: .overloaded, message: "all \(name) processes are busy and \(waiting) requests wait already")
    }

    private var closed: SandboxError { SandboxError(code: .closed, message: "the \(name) pool is closed") }
}
