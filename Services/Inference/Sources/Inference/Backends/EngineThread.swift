import NIOPosix

/// An operating system thread that runs the jobs of one actor.
///
/// The backend ABI promises a plugin that an instance is used on one thread only, and engine calls block: neither fits
/// the cooperative pool. The thread ends after the last reference is gone and its queue is empty.
final class EngineThread: SerialExecutor {
    private let pool = NIOThreadPool(numberOfThreads: 1)

    init() {
        pool.start()
    }

    deinit {
        // The callback keeps the pool alive until its thread was joined, on a thread of Dispatch.
        let pool = pool
        pool.shutdownGracefully { [pool] _ in _ = pool }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        pool.submit { _ in job.runSynchronously(on: executor) }
    }
}
