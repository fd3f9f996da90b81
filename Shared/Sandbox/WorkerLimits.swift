/// The size of a pool and the bounds of its workers' lives.
package struct WorkerLimits: Sendable, Hashable {
    /// Workers, each with one request at a time.
    package var workers: Int
    /// Requests that may wait for a worker.
    package var waiting: Int
    /// Requests after which a worker is replaced.
    package var recycleAfter: Int
    /// Resident memory between requests, in bytes, above which a worker is replaced.
    package var recycleAbove: Int
    /// One frame of a response, in bytes.
    package var frameBytes: Int
    /// All frames of a response together, in bytes.
    package var responseBytes: Int
    /// From start to ready.
    package var startWithin: Duration

    package init(
        workers: Int,
        waiting: Int = 16,
        recycleAfter: Int = 500,
        recycleAbove: Int = 384 << 20,
        frameBytes: Int = 64 << 20,
        responseBytes: Int = 256 << 20,
        startWithin: Duration = .seconds(20)
    ) {
        self.workers = workers
        self.waiting = waiting
        self.recycleAfter = recycleAfter
        self.recycleAbove = recycleAbove
        self.frameBytes = frameBytes
        self.responseBytes = responseBytes
        self.startWithin = startWithin
    }
}
