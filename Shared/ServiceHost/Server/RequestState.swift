import HTTPTypes
import Hummingbird
import ServiceAPI
import Synchronization
import Telemetry

/// Why a request stops being worked on.
enum Interruption: Sendable {
    /// Its deadline passed: the caller gets 504 at once, whatever the handler does.
    case deadline
    /// The client left: the handler is cancelled, nobody waits for an answer.
    case clientLeft
    /// The service's shutdown deadline passed.
    case shutdown
}

/// How a request's handler ended.
enum Outcome: Sendable {
    case response(Response)
    case failure(any Error)
    /// The deadline passed first. The handler, if it ignores its cancellation, runs on without the request's body.
    case deadlinePassed
}

/// One request in progress: what its middlewares decided, how far its body has been read, and the race between its
/// handler and its deadline.
final class RequestState: Sendable {
    struct Limits: Sendable {
        var body: Int
        var timeout: Duration
        var maxTimeout: Duration

        static let none = Limits(body: .max, timeout: .seconds(60), maxTimeout: .seconds(60))
    }

    fileprivate struct Fields {
        var errorForm = ErrorForm.Form.quinion
        var bodyLimit: Int
        var deadline: ContinuousClock.Instant
        var bytesRead = 0
        var isReading = false
        var bodyEnded: Bool
        var interruption: Interruption?
        var handler: Task<Void, Never>?
        var waiter: CheckedContinuation<Outcome, Never>?
        var isWriting = false
    }

    let start: ContinuousClock.Instant
    let scope: RequestScope
    /// The body's announced length; `nil` when it is chunked or absent.
    let contentLength: Int?
    /// The time-out the caller asked for.
    private let requestedTimeout: Duration?
    private let fields: Mutex<Fields>

    init(
        start: ContinuousClock.Instant,
        scope: RequestScope,
        limits: Limits,
        contentLength: Int? = nil,
        hasBody: Bool = false,
        requestedTimeout: Duration? = nil
    ) {
        let timeout = min(requestedTimeout ?? limits.timeout, limits.maxTimeout)
        let deadline = start.advanced(by: timeout)
        self.start = start
        self.scope = scope
        self.contentLength = contentLength
        self.requestedTimeout = requestedTimeout
        fields = Mutex(Fields(bodyLimit: limits.body, deadline: deadline, bodyEnded: !hasBody))
    }

    var errorForm: ErrorForm.Form {
        get { fields.withLock { $0.errorForm } }
        set { fields.withLock { $0.errorForm = newValue } }
    }

    var bodyLimit: Int {
        get { fields.withLock { $0.bodyLimit } }
        set { fields.withLock { $0.bodyLimit = newValue } }
    }

    var deadline: ContinuousClock.Instant { fields.withLock { $0.deadline } }
    var bytesRead: Int { fields.withLock { $0.bytesRead } }
    var interruption: Interruption? { fields.withLock { $0.interruption } }

    /// Replaces the default deadline and its cap; a time-out the caller asked for stays, up to the cap.
    func limitTime(to timeout: Duration, cap: Duration) {
        fields.withLock { $0.deadline = start.advanced(by: min(requestedTimeout ?? timeout, cap)) }
    }

    /// Whether so much of the body is left that closing the connection is cheaper than reading it.
    var leavesBodyUnread: Bool {
        fields.withLock { fields in
            guard !fields.bodyEnded else { return false }
            guard let contentLength else { return true }
            return contentLength - fields.bytesRead > 64 * 1024
        }
    }

    // MARK: The race

    /// Runs the handler and waits for it or the deadline, whichever is first.
    func outcome(of handler: @escaping @Sendable () async throws -> Response) async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                fields.withLock { $0.waiter = continuation }
                // Unstructured because the answer must not wait for a handler that ignores its cancellation.
                let task = Task {
                    do {
                        self.resume(.response(try await handler()))
                    } catch {
                        self.resume(.failure(error))
                    }
                }
                let isInterrupted = fields.withLock { fields in
                    fields.handler = task
                    return fields.interruption != nil
                }
                if isInterrupted { task.cancel() }
            }
        } onCancel: {
            interrupt(.shutdown)
        }
    }

    /// Stops the work on this request.
    ///
    /// - Returns: Whether the answer is already on its way, so that only closing the connection ends it.
    @discardableResult
    func interrupt(_ reason: Interruption) -> Bool {
        let (handler, waiter, isWriting) = fields.withLock { fields in
            guard fields.interruption == nil else {
                return (Task<Void, Never>?.none, Waiter?.none, false)
            }
            fields.interruption = reason
            // While the handler waits for body bytes, the connection's reader is in its hands; it returns it at once
            // when it is cancelled, and then the answer can be sent.
            let waiter = reason == .deadline && !fields.isReading ? fields.takeWaiter() : nil
            return (fields.handler, waiter, fields.isWriting)
        }
        handler?.cancel()
        waiter?.resume(returning: .deadlinePassed)
        return isWriting
    }

    func beginWriting() {
        fields.withLock { $0.isWriting = true }
    }

    private typealias Waiter = CheckedContinuation<Outcome, Never>

    private func resume(_ outcome: Outcome) {
        fields.withLock { $0.takeWaiter() }?.resume(returning: outcome)
    }

    // MARK: The body

    /// Called before the handler waits for body bytes.
    func beginReading() throws {
        try fields.withLock { fields in
            try fields.checkInterruption()
            if fields.bytesRead == 0, let contentLength, contentLength > fields.bodyLimit {
                throw Self.tooLarge(limit: fields.bodyLimit)
            }
            fields.isReading = true
        }
    }

    /// Called with the bytes that came, or `nil` at the body's end.
    func endReading(_ count: Int?) throws {
        let waiter = fields.withLock { fields in
            fields.isReading = false
            return fields.interruption == .deadline ? fields.takeWaiter() : nil
        }
        waiter?.resume(returning: .deadlinePassed)
        try fields.withLock { fields in
            guard let count else {
                // A cancelled or closed connection looks like the end of the body.
                try fields.checkInterruption()
                if let contentLength, fields.bytesRead < contentLength {
                    throw APIError.badRequest(
                        "the body ended after \(fields.bytesRead) of \(contentLength) bytes")
                }
                fields.bodyEnded = true
                return
            }
            fields.bytesRead += count
            if fields.bytesRead > fields.bodyLimit { throw Self.tooLarge(limit: fields.bodyLimit) }
            try fields.checkInterruption()
        }
    }

    private static func tooLarge(limit: Int) -> APIError {
        .tooLarge("the request body is larger than the limit of \(limit) bytes")
    }
}

extension RequestState.Fields {
    fileprivate mutating func takeWaiter() -> CheckedContinuation<Outcome, Never>? {
        defer { waiter = nil }
        return waiter
    }

    fileprivate func checkInterruption() throws {
        if interruption != nil { throw CancellationError() }
    }
}
