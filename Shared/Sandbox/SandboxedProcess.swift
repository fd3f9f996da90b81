import Glibc
import Synchronization

/// One launcher, the program below it, and the pipes to both.
///
/// Only `kill` may be called at any time from anywhere. The other methods block and belong to one thread at a time, which
/// their callers ensure: a one-shot run has one thread, a worker one request.
final class SandboxedProcess: @unchecked Sendable {
    let launcher: pid_t
    /// Standard input, output, error and the launcher's status; -1 once closed.
    private var input: Int32
    private var output: Int32
    private var error: Int32
    private var status: Int32

    private var outgoing: ArraySlice<UInt8> = []
    private var closesInput = false
    /// What the program wrote and nobody took yet.
    var incoming: [UInt8] = []
    /// More than this is not kept: reading waits, or the rest is discarded.
    var incomingLimit = 0
    var discardsExcess = false
    private(set) var discarded = false
    private(set) var errorTail: [UInt8] = []
    private var statusText: [UInt8] = []
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    private let reaped = Mutex(false)

    static let errorTailLimit = 16 << 10

    private init(launcher: pid_t, input: Int32, output: Int32, error: Int32, status: Int32) {
        self.launcher = launcher
        self.input = input
        self.output = output
        self.error = error
        self.status = status
        for descriptor in [input, output, error, status] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit {
        chunk.deallocate()
        assert(reaped.withLock { $0 }, "a sandboxed process was not awaited")
    }

    /// Starts the launcher on the thread that outlives it.
    static func start(_ launcher: String, _ arguments: [String]) async throws -> SandboxedProcess {
        try await SpawningThread.run {
            var pipes: [Pipe] = []
            var kept: Set<Int32> = []
            defer {
                for descriptor in pipes.flatMap({ [$0.reading, $0.writing] }) where !kept.contains(descriptor) {
                    close(descriptor)
                }
            }
            for _ in 0..<4 { pipes.append(try Pipe()) }
            let process = try spawn(
                launcher,
                ["--parent", String(getpid()), "--status-fd", "3"] + arguments,
                descriptors: [pipes[0].reading, pipes[1].writing, pipes[2].writing, pipes[3].writing]
            )
            kept = [pipes[0].writing, pipes[1].reading, pipes[2].reading, pipes[3].reading]
            return SandboxedProcess(
                launcher: process,
                input: pipes[0].writing,
                output: pipes[1].reading,
                error: pipes[2].reading,
                status: pipes[3].reading
            )
        }
    }

    private static func spawn(_ path: String, _ arguments: [String], descriptors: [Int32]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var strings: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        strings.append(nil)
        defer { for string in strings { free(string) } }
        var empty: [UnsafeMutablePointer<CChar>?] = [nil]
        var process: pid_t = 0
        let error = posix_spawn(&process, path, &actions, nil, &strings, &empty)
        guard error == 0 else {
            throw SandboxError(code: .cannotStart, message: "cannot start \(path): \(errorText(error))")
        }
        return process
    }

    // MARK: Input and output

    /// Queues bytes for standard input; `last` closes it after them.
    func send(_ bytes: [UInt8], last: Bool = false) {
        outgoing += bytes
        closesInput = last
        if outgoing.isEmpty && last { closeInput() }
    }

    /// Moves bytes until `isDone` holds (looked at after every move) or all pipes are closed.
    /// - Returns: false when the deadline passed first.
    func pump(until deadline: ContinuousClock.Instant?, _ isDone: () throws -> Bool) rethrows -> Bool {
        while try !isDone() {
            if output < 0 && error < 0 && status < 0 { return true }
            if !step(until: deadline) { return false }
        }
        return true
    }

    /// Whether nothing more can come from the program.
    var outputHasEnded: Bool { output < 0 }

    /// Waits for a pipe and serves those that are ready; false when the deadline passed.
    private func step(until deadline: ContinuousClock.Instant?) -> Bool {
        let wantsOutput = incoming.count < incomingLimit || discardsExcess
        var polled = [
            pollfd(fd: wantsOutput ? output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: error, events: Int16(POLLIN), revents: 0),
            pollfd(fd: status, events: Int16(POLLIN), revents: 0),
            pollfd(fd: outgoing.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
        ]
        var timeout: Int32 = -1
        if let deadline {
            let left = deadline - .now
            if left <= .zero { return false }
            timeout = Int32(min(left.inSeconds * 1000 + 1, 3_600_000))
        }
        guard poll(&polled, nfds_t(polled.count), timeout) > 0 else { return true }
        if polled[0].revents != 0 {
            read(&output) { bytes in
                let room = incomingLimit - incoming.count
                if bytes.count > room && discardsExcess { discarded = true }
                incoming += discardsExcess ? bytes.prefix(max(room, 0)) : bytes[...]
            }
        }
        if polled[1].revents != 0 {
            read(&error) { bytes in
                errorTail += bytes
                if errorTail.count > Self.errorTailLimit {
                    errorTail.removeFirst(errorTail.count - Self.errorTailLimit)
                }
            }
        }
        if polled[2].revents != 0 { read(&status) { statusText += $0 } }
        if polled[3].revents != 0 { write() }
        return true
    }

    private func read(_ descriptor: inout Int32, _ take: (UnsafeRawBufferPointer) -> Void) {
        let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
        if count > 0 {
            take(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            close(descriptor)
            descriptor = -1
        }
    }

    private func write() {
        let count = outgoing.withUnsafeBytes { Glibc.write(input, $0.baseAddress, min($0.count, 64 << 10)) }
        if count > 0 {
            outgoing = outgoing.dropFirst(count)
            if outgoing.isEmpty {
                outgoing = []
                if closesInput { closeInput() }
            }
        } else if errno != EAGAIN && errno != EINTR {
            // Nobody reads any more; how the program ended says why.
            outgoing = []
            closeInput()
        }
    }

    private func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    // MARK: Life

    /// The program's own process, once it has started.
    var program: pid_t? { LauncherStatus(statusText).program }

    /// Ends the program and everything below it, soon.
    func kill() { signal(SIGTERM) }

    /// Sends to the launcher only while its number is surely its own.
    private func signal(_ number: Int32) {
        reaped.withLock { if !$0 { _ = Glibc.kill(launcher, number) } }
    }

    /// Waits for the end, discards what still comes, and frees everything.
    ///
    /// Called once, last.
    func awaitEnd(within grace: Duration) -> LauncherStatus {
        closeInput()
        discardsExcess = true
        // All pipes close when the launcher and the program have ended. Should the launcher hang, its death takes the
        // program along (PTRACE_EXITKILL).
        let ended = pump(until: .now + grace) { false }
        if !ended { signal(SIGKILL) }
        reaped.withLock { reaped in
            while waitpid(launcher, nil, 0) < 0 && errno == EINTR {}
            reaped = true
        }
        for descriptor in [output, error, status] where descriptor >= 0 { close(descriptor) }
        (output, error, status) = (-1, -1, -1)
        return LauncherStatus(statusText)
    }

    /// The last of standard error as text.
    var errorTailText: String { String(decoding: errorTail, as: UTF8.self) }
}
