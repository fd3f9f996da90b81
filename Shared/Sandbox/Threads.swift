import Glibc
import NIOPosix

/// Runs a blocking call on a thread of its own, off the cooperative pool.
///
/// The number of calls at a time is bounded by those
/// who call: a pool's workers, a service's concurrent one-shot programs.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let work = Unmanaged.passRetained(Work { continuation.resume(with: Result(catching: body)) })
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let error = pthread_create(
            &thread,
            &attributes,
            { work in
                // Writing to a program that has ended is an error here, not the end of the service.
                var brokenPipe = sigset_t()
                sigemptyset(&brokenPipe)
                sigaddset(&brokenPipe, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
                Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
                return nil
            },
            work.toOpaque()
        )
        guard error != 0 else { return }
        work.release()
        continuation.resume(
            throwing: SandboxError(code: .cannotStart, message: "no thread for it: \(errorText(error))")
        )
    }
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// The thread that starts all launchers.
///
/// A launcher gets its death signal when the *thread* that started it ends, so that
/// this one never does.
enum SpawningThread {
    private static let thread: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await thread.runIfActive(body)
    }
}
