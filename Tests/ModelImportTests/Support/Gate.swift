import Glibc
import ModelImport
import Synchronization

/// Holds a thread at a point until the test lets it go on.
final class Gate: Sendable {
    private struct State {
        var isReached = false
        var isOpen = false
    }

    private let state = Mutex(State())

    /// Called by the thread: waits until the gate is open.
    func pass() {
        state.withLock { $0.isReached = true }
        while !state.withLock({ $0.isOpen }) { usleep(1000) }
    }

    /// Returns when a thread waits.
    func reached() async {
        while !state.withLock({ $0.isReached }) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func open() { state.withLock { $0.isOpen = true } }
}

final class ProgressLog: Sendable {
    private let log = Mutex<[ImportProgress]>([])

    var steps: [ImportProgress] { log.withLock { $0 } }

    func append(_ progress: ImportProgress) { log.withLock { $0.append(progress) } }
}
