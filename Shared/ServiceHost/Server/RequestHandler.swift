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
final class RequestHandler: Sendable {
    private let responder: RouterResponder<ServiceContext>
    private let table: RouteTable
    private let gate: ReadinessGate
    private let limits: RequestState.Limits
    private let handlesOnConnections: Bool
    private let immediate: ImmediateResponder?
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
        limits = RequestState.Limits(
            body: application.http.maxBody, timeout: application.http.requestTimeout,
            maxTimeout: application.http.maxRequestTimeout)
        handlesOnConnections = application.handlesOnConnections
        immediate = application.immediate
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

    /// Takes a request whose head has arrived.
    func begin(_ head: HTTPRequest, on connection: Connection) -> Exchange {
        let exchange = Exchange(head, on: connection, limits: limits, logger: logger)
        connection.begin(exchange)
        inFlight.add(1)
        return exchange
    }

    /// Answers the request at once or starts its handler, on the connection's thread where the service says so.
    func start(_ exchange: Exchange, _ body: IncomingBody) {
        var isShort = false
        if case .whole(let bytes) = body {
            exchange.state.gathered(bytes)
            if answerAtOnce(exchange, bytes) { return }
            isShort = true
        }
        // Unstructured because the answer does not wait for a handler that ignores its cancellation.
        let task = Task(executorPreference: isShort && handlesOnConnections ? exchange.connection.executor : nil) {
            await self.handle(exchange, body)
        }
        exchange.connection.isAnswered(by: task)
        exchange.state.isHandled(by: task)
    }

    /// Answers the request on this thread, which is its connection's; false when it has to take the ordinary way.
    private func answerAtOnce(_ exchange: Exchange, _ body: ByteBuffer) -> Bool {
        guard let immediate, case .success = exchange.head.timeout,
            let answer = immediate(exchange.request.head, body, exchange.context)
        else { return false }
        // Else its deadline passed first and was answered.
        guard exchange.state.claimAnswer() else { return true }
        _ = try? exchange.state.readGathered()
        var head = HTTPResponse(status: .ok, headerFields: answer.headers)
        head.headerFields[.contentLength] = String(answer.body.readableBytes)
        complete(&head.headerFields, exchange)
        exchange.connection.write(AnswerParts(head: head, body: answer.body, end: .init()), promise: nil)
        let instruments = table.instruments(template: answer.route, method: exchange.request.method)
        finish(exchange, instruments, status: 200, bytesOut: answer.body.readableBytes)
        end(exchange)
        return true
    }

    private func end(_ exchange: Exchange) {
        inFlight.add(-1)
        exchange.connection.end(exchange)
    }

    /// Answers a request whose body does not come to its end.
    func refuse(_ exchange: Exchange, _ error: any Error) {
        guard exchange.state.claimAnswer() else { return }
        try? exchange.state.breakOff()
        exchange.connection.isAnswered(by: Task { await self.answer(exchange, .failure(error)) })
    }

    @concurrent private func handle(_ exchange: Exchange, _ body: IncomingBody) async {
        let outcome: Outcome
        do {
            _ = try exchange.head.timeout.get()
            var request = exchange.request
            if exchange.head.hasBody {
                request.body = RequestBody(
                    asyncSequence: GuardedBody(
                        base: body, state: exchange.state,
                        connection: exchange.head.expectsContinue ? exchange.connection : nil))
            }
            var scope = exchange.state.scope
            scope.deadline = exchange.state.deadline
            outcome = .response(
                try await RequestScope.$current.withValue(scope) { [request] in
                    try await self.responder.respond(to: request, context: exchange.context)
                })
        } catch {
            outcome = .failure(error)
        }
        if exchange.state.claimAnswer() { await answer(exchange, outcome) }
    }

    /// Writes the answer, and what there is to say about it in metrics and logs.
    @concurrent func answer(_ exchange: Exchange, _ outcome: Outcome) async {
        let state = exchange.state
        let connection = exchange.connection
        defer { end(exchange) }
        let instruments = table.instruments(template: exchange.context.template, method: exchange.request.method)
        guard var response = response(to: outcome, request: exchange.request, context: exchange.context) else {
            finish(exchange, instruments, status: Self.clientClosedRequest, bytesOut: 0)
            connection.channel.close(promise: nil)
            return
        }
        complete(&response.headers, exchange)
        state.beginWriting()
        let writer = AnswerWriter(response, connection: connection)
        do {
            try await writer.begin()
            try await response.body.write(writer)
            finish(exchange, instruments, status: response.status.code, bytesOut: writer.count)
        } catch {
            finish(exchange, instruments, status: Self.clientClosedRequest, bytesOut: writer.count)
            connection.channel.close(promise: nil)
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
    private func complete(_ headers: inout HTTPFields, _ exchange: Exchange) {
        let state = exchange.state
        headers[.requestID] = state.scope.requestID
        headers[.date] = date.now
        if !headers.contains(.contentTypeOptions) { headers[.contentTypeOptions] = "nosniff" }
        if exchange.head.closes || gate.isDraining || state.leavesBodyUnread { headers[.connection] = "close" }
    }

    private func finish(
        _ exchange: Exchange, _ instruments: RouteInstruments, status: Int, bytesOut: Int
    ) {
        let state = exchange.state
        let elapsed = state.start.duration(to: .now)
        instruments.record(status: status, duration: elapsed, bytesIn: state.bytesRead, bytesOut: bytesOut)
        accessLog.record(
            exchange.request, state: state, instruments: instruments, status: status, elapsed: elapsed,
            bytesOut: bytesOut)
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
