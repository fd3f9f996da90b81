import HTTPTypes
import Hummingbird
import NIOCore
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
        var bodyEnded: Bool
        var isBrokenOff = false
        var interruption: Interruption?
        var handler: Task<Void, Never>?
        /// Whether it is settled who answers.
        var isClaimed = false
        var isWriting = false
        /// The whole body, when it came before the handler started and has not been read.
        var gathered: ByteBuffer?
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

    /// Whether so much of the body is left that closing the connection is cheaper than reading it, or it comes too late.
    var leavesBodyUnread: Bool {
        fields.withLock { fields in
            guard !fields.bodyEnded else { return false }
            if fields.isBrokenOff || fields.interruption == .deadline { return true }
            guard let contentLength else { return true }
            return contentLength - fields.bytesRead > 64 * 1024
        }
    }

    // MARK: The race between the handler and its deadline

    /// What an interruption asks its caller to do.
    enum Consequence {
        case nothing
        /// Answer now: the handler's outcome will not be heard.
        case answer
        /// The answer is on its way, so that only closing the connection ends it.
        case close
    }

    /// Lets an interruption cancel the handler.
    func isHandled(by task: Task<Void, Never>) {
        let isInterrupted = fields.withLock { fields in
            fields.handler = task
            return fields.interruption != nil
        }
        if isInterrupted { task.cancel() }
    }

    /// Whether the handler's outcome is the answer: no, when its deadline has passed before.
    func claimAnswer() -> Bool {
        fields.withLock { fields in
            defer { fields.isClaimed = true }
            return !fields.isClaimed
        }
    }

    /// Stops the work on this request.
    @discardableResult
    func interrupt(_ reason: Interruption) -> Consequence {
        let (handler, consequence) = fields.withLock { fields -> (Task<Void, Never>?, Consequence) in
            guard fields.interruption == nil else { return (nil, .nothing) }
            fields.interruption = reason
            guard reason == .deadline else { return (fields.handler, .nothing) }
            if fields.isWriting { return (fields.handler, .close) }
            defer { fields.isClaimed = true }
            return (fields.handler, fields.isClaimed ? .nothing : .answer)
        }
        handler?.cancel()
        return consequence
    }

    func beginWriting() {
        fields.withLock { $0.isWriting = true }
    }

    // MARK: The body

    /// The whole body has arrived before the handler starts.
    func gathered(_ body: ByteBuffer) {
        fields.withLock { fields in
            fields.gathered = body
            fields.bodyEnded = true
        }
    }

    /// The body that came before the handler started, read in one step; `nil` when it has to be awaited.
    func readGathered() throws -> ByteBuffer? {
        guard let body = fields.withLock({ $0.gathered.take() }) else { return nil }
        try beginReading()
        try endReading(body.readableBytes)
        return body
    }

    /// Called before the handler waits for body bytes.
    func beginReading() throws {
        try fields.withLock { fields in
            try fields.checkInterruption()
            if fields.bytesRead == 0, let contentLength, contentLength > fields.bodyLimit {
                throw Self.tooLarge(limit: fields.bodyLimit)
            }
        }
    }

    /// Called when the body will not come to its end.
    func breakOff() throws {
        try fields.withLock { fields in
            fields.isBrokenOff = true
            try fields.checkInterruption()
        }
    }

    /// Called with the bytes that came, or `nil` at the body's end.
    func endReading(_ count: Int?) throws {
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
    fileprivate func checkInterruption() throws {
        if interruption != nil { throw CancellationError() }
    }
}
