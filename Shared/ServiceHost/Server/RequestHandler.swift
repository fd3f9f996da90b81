import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceAPI
import SuiteConfig
import Synchronization
import Telemetry

/// Takes each request from its head to the end of its answer: identifiers, deadline, routing, errors, headers,
/// metrics, access log.
struct RequestHandler: Sendable {
    private let responder: RouterResponder<ServiceContext>
    private let table: RouteTable
    private let gate: ReadinessGate
    private let connections: Connections
    private let limits: RequestState.Limits
    private let logger: Logger
    private let accessLog: AccessLog
    private let date = HTTPDate()
    private let inFlight: Gauge
    private let abandoned: Counter

    /// The status of a request whose client left, for metrics and logs only (nginx' convention).
    private static let clientClosedRequest = 499

    init(_ application: ServiceApplication, connections: Connections) {
        responder = application.responder
        table = application.table
        gate = application.gate
        self.connections = connections
        limits = RequestState.Limits(
            body: application.http.maxBody, timeout: application.http.requestTimeout,
            maxTimeout: application.http.maxRequestTimeout)
        logger = application.logger
        accessLog = AccessLog(
            label: application.name, telemetry: application.telemetry, isEnabled: application.http.accessLog,
            level: application.logger.logLevel)
        let metrics = application.telemetry.metrics
        inFlight = metrics.gauge("http_requests_in_flight", help: "Requests being answered.")
        abandoned = metrics.counter(
            "http_handlers_abandoned_total", help: "Handlers that still ran when their request's deadline had passed.")
        metrics.observedGauge("http_connections", help: "Open connections.") { Double(connections.count) }
    }

    @concurrent func handle(_ request: Request, writer: consuming ResponseWriter, channel: any Channel) async throws {
        let head = RequestHead(request.headers)
        let state = RequestState(
            start: .now,
            scope: RequestScope(requestID: head.requestID, trace: head.trace),
            limits: limits,
            contentLength: head.contentLength,
            hasBody: head.hasBody,
            requestedTimeout: try? head.timeout.get()
        )
        let connection = connections[channel]
        connection?.begin(state)
        inFlight.add(1)
        defer {
            inFlight.add(-1)
            connection?.end()
        }

        let context = ServiceContext(
            source: ApplicationRequestContextSource(channel: channel, logger: logger), state: state)
        let outcome: Outcome
        if case .failure(let error) = head.timeout {
            outcome = .failure(error)
        } else {
            outcome = await respond(
                to: request, context: context, awaited: head.expectsContinue ? connection : nil, hasBody: head.hasBody)
        }
        let instruments = table.instruments(template: context.template, method: request.method)
        guard var response = response(to: outcome, request: request, context: context) else {
            finish(request, state, instruments, status: Self.clientClosedRequest, bytesOut: 0)
            throw CancellationError()  // closes the connection
        }
        complete(&response, state: state)

        let written = ByteCount(response.body.contentLength)
        if written.isOpen { response.body = response.body.counted(by: written) }
        state.beginWriting()
        do {
            try await writer.write(response: response.head, body: response.body)
        } catch {
            finish(
                request, state, instruments, status: Self.clientClosedRequest,
                bytesOut: written.isOpen ? written.value : 0)
            throw error
        }
        finish(request, state, instruments, status: response.status.code, bytesOut: written.value)
    }

    private func respond(
        to request: Request, context: ServiceContext, awaited connection: Connection?, hasBody: Bool
    ) async -> Outcome {
        var request = request
        if hasBody {
            request.body = RequestBody(
                asyncSequence: GuardedBody(base: request.body, state: context.state, connection: connection))
        }
        var scope = context.state.scope
        scope.deadline = context.state.deadline
        let guarded = request
        return await context.state.outcome { [responder, scope] in
            try await RequestScope.$current.withValue(scope) {
                try await responder.respond(to: guarded, context: context)
            }
        }
    }

    /// The answer; `nil` when nobody is there to read it.
    private func response(to outcome: Outcome, request: Request, context: ServiceContext) -> Response? {
        let state = context.state
        switch outcome {
        case .response(let response):
            return response
        case .deadlinePassed:
            abandoned.increment()
            return errorResponse(Self.deadlinePassed, context: context)
        case .failure(let error):
            switch state.interruption {
            case .clientLeft where Self.isCancellation(error): return nil
            case .deadline: return errorResponse(Self.deadlinePassed, context: context)
            default: break
            }
            if context.template == nil, Self.isNotFound(error) {
                let path = request.uri.path
                let (error, allow) = table.unmatchedError(path: path, method: request.method)
                state.errorForm = table.unmatchedForm(path: path)
                var response = errorResponse(error, context: context)
                if let allow { response.headers[.allow] = allow }
                return response
            }
            let described = ErrorResponse.describe(error)
            if ErrorResponse.isUnexpected(error) {
                context.logger.error("request failed", metadata: ["error": "\(Self.original(error))"])
            } else if described.status >= 500 {
                context.logger.warning("request failed", metadata: ["error": "\(described)"])
            }
            return errorResponse(described, context: context)
        }
    }

    private func errorResponse(_ error: APIError, context: ServiceContext) -> Response {
        ErrorResponse.response(for: error, form: context.state.errorForm, requestID: context.requestID)
    }

    /// Adds the headers that every answer has.
    private func complete(_ response: inout Response, state: RequestState) {
        response.headers[.requestID] = state.scope.requestID
        response.headers[.date] = date.now
        if !response.headers.contains(.contentTypeOptions) { response.headers[.contentTypeOptions] = "nosniff" }
        if gate.isDraining || state.leavesBodyUnread { response.headers[.connection] = "close" }
    }

    private func finish(
        _ request: Request, _ state: RequestState, _ instruments: RouteInstruments, status: Int, bytesOut: Int
    ) {
        let elapsed = state.start.duration(to: .now)
        instruments.record(status: status, duration: elapsed, bytesIn: state.bytesRead, bytesOut: bytesOut)
        accessLog.record(
            request, state: state, instruments: instruments, status: status, elapsed: elapsed, bytesOut: bytesOut)
    }

    private static let deadlinePassed = APIError(
        status: 504, code: "deadline_exceeded",
        message: "the request took longer than its deadline; X-Request-Timeout may ask for more seconds, up to a cap")

    private static func original(_ error: any Error) -> any Error {
        (error as? ErrorCapture.Captured)?.error ?? error
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        original(error) is CancellationError
    }

    private static func isNotFound(_ error: any Error) -> Bool {
        (original(error) as? HTTPError)?.status == .notFound
    }
}

extension ServiceContext {
    /// The matched route's template; `nil` when none matched.
    var template: String? {
        guard let path = endpointPath, path != "NotFound" else { return nil }
        return path
    }
}

/// How many body bytes have been written.
private final class ByteCount: Sendable {
    let isOpen: Bool
    private let count: Atomic<Int>

    /// - Parameter known: The number when it is known before.
    init(_ known: Int?) {
        isOpen = known == nil
        count = Atomic(known ?? 0)
    }

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ bytes: Int) {
        count.wrappingAdd(bytes, ordering: .relaxed)
    }
}

extension ResponseBody {
    fileprivate func counted(by count: ByteCount) -> ResponseBody {
        map { buffer in
            count.add(buffer.readableBytes)
            return buffer
        }
    }
}
