import Glibc
import Synchronization

/// Writes log lines to a descriptor from its own thread, so that a slow terminal or pipe never holds up a request.
///
/// Lines wait in a bounded buffer; when it is full, further ones are dropped and counted.
package final class LogSink: Sendable {
    /// The process' standard error.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// Drops everything, uncounted.
    package static let discarding = LogSink(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC))

    private let buffer: LogBuffer

    /// - Parameter capacity: Bytes that may wait for the writer.
    package init(descriptor: Int32, capacity: Int = 1 << 20) {
        let buffer = LogBuffer(descriptor: descriptor, capacity: capacity)
        self.buffer = buffer
        buffer.startWriter()
    }

    deinit {
        buffer.stop()
    }

    /// How many lines were dropped since the start.
    package var droppedLines: Int { buffer.droppedLines.load(ordering: .relaxed) }

    /// Queues one line, its newline included.
    ///
    /// Returns at once.
    package func write(_ line: [UInt8]) {
        buffer.append(line)
    }

    /// Waits until everything queued so far has been written.
    package func flush() {
        buffer.flush()
    }
}

/// The buffer between loggers and the writer thread.
///
/// Invariant behind `@unchecked Sendable`: `pending`, `isWriting`, `isStopped` are only touched with `mutex` held.
private final class LogBuffer: @unchecked Sendable {
    let droppedLines = Atomic<Int>(0)
    private let descriptor: Int32
    private let capacity: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrived: UnsafeMutablePointer<pthread_cond_t>
    private let drained: UnsafeMutablePointer<pthread_cond_t>
    private var pending: [UInt8] = []
    private var isWriting = false
    private var isStopped = false

    init(descriptor: Int32, capacity: Int) {
        self.descriptor = descriptor
        self.capacity = capacity
        mutex = .allocate(capacity: 1)
        arrived = .allocate(capacity: 1)
        drained = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrived, nil)
        pthread_cond_init(drained, nil)
    }

    deinit {
        pthread_cond_destroy(drained)
        pthread_cond_destroy(arrived)
        pthread_mutex_destroy(mutex)
        drained.deallocate()
        arrived.deallocate()
        mutex.deallocate()
    }

    func startWriter() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<LogBuffer>.fromOpaque(context!).takeRetainedValue().runWriter()
                return nil
            }, context)
        precondition(failed == 0, "cannot start the log writer: error \(failed)")
        pthread_detach(thread)
    }

    func append(_ line: [UInt8]) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopped, pending.count + line.count <= capacity else {
            droppedLines.wrappingAdd(1, ordering: .relaxed)
            return
        }
        let wasEmpty = pending.isEmpty
        pending.append(contentsOf: line)
        if wasEmpty { pthread_cond_signal(arrived) }
    }

    func flush() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopped, isWriting || !pending.isEmpty {
            pthread_cond_wait(drained, mutex)
        }
    }

    func stop() {
        pthread_mutex_lock(mutex)
        isStopped = true
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    private func runWriter() {
        var lines: [UInt8] = []
        lines.reserveCapacity(64 * 1024)
        pthread_mutex_lock(mutex)
        while true {
            while pending.isEmpty, !isStopped { pthread_cond_wait(arrived, mutex) }
            if pending.isEmpty { break }
            swap(&lines, &pending)
            isWriting = true
            pthread_mutex_unlock(mutex)
            writeAll(lines)
            lines.removeAll(keepingCapacity: lines.capacity <= 256 * 1024)
            pthread_mutex_lock(mutex)
            isWriting = false
            pthread_cond_broadcast(drained)
        }
        pthread_cond_broadcast(drained)
        pthread_mutex_unlock(mutex)
    }

    private func writeAll(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                if count > 0 {
                    written += count
                } else if errno == EAGAIN {
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1000)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
