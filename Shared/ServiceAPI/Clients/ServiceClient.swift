package import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Telemetry

/// Calls one service over HTTP.
///
/// The caller's deadline, request id and trace travel along from `RequestScope.current`. Answers are bounded in size;
/// failures are `ServiceError`s that name the service and carry its message.
package struct ServiceClient: Sendable {
    /// The service's name, for messages.
    package let service: String

    private let baseURL: String
    private let http: HTTPClient
    private let timeout: Duration
    private let maxResponse: Int
    private let retry: RetryPolicy

    /// - Parameters:
    ///   - baseURL: `http://host:port`, without a trailing slash.
    ///   - timeout: For one call, when the caller has no deadline or a later one.
    ///   - maxResponse: Largest answer read, in bytes.
    package init(
        service: String,
        baseURL: String,
        http: HTTPClient,
        timeout: Duration = .seconds(60),
        maxResponse: Int = 64 << 20,
        retry: RetryPolicy = RetryPolicy()
    ) {
        self.service = service
        self.baseURL = baseURL
        self.http = http
        self.timeout = timeout
        self.maxResponse = maxResponse
        self.retry = retry
    }

    /// Makes the call and reads the whole answer.
    ///
    /// - Throws: `ServiceError` for anything but a 2xx answer; `CancellationError` when the caller was cancelled.
    package func send(_ call: ServiceCall) async throws -> ServiceAnswer {
        let scope = RequestScope.current ?? .background()
        let start = ContinuousClock.now
        let deadline = min(scope.deadline ?? start.advanced(by: timeout), start.advanced(by: timeout))
        var attempt = 1
        while true {
            do {
                return try await sendOnce(call, scope: scope, deadline: deadline)
            } catch let error as ServiceError {
                let remaining = ContinuousClock.now.duration(to: deadline)
                guard call.mayRepeat,
                    let pause = retry.pause(
                        afterAttempt: attempt, error: error, remaining: remaining, random: .random(in: 0...1))
                else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }

    private func sendOnce(
        _ call: ServiceCall, scope: RequestScope, deadline: ContinuousClock.Instant
    ) async throws -> ServiceAnswer {
        let remaining = ContinuousClock.now.duration(to: deadline)
        guard remaining > .zero else {
            throw ServiceError(service: service, kind: .deadlineExceeded, message: "no time was left for the call")
        }
        var request = HTTPClientRequest(url: baseURL + call.target)
        request.method = call.method
        request.headers = call.headers
        request.headers.replaceOrAdd(name: "x-request-id", value: scope.requestID)
        request.headers.replaceOrAdd(name: "traceparent", value: scope.trace.child().traceparent)
        request.headers.replaceOrAdd(name: "x-request-timeout", value: Self.seconds(remaining))
        if let body = call.body { request.body = .bytes(body) }
        do {
            let response = try await http.execute(request, deadline: .now() + TimeAmount(remaining))
            let body = try await response.body.collect(upTo: maxResponse)
            let answer = ServiceAnswer(
                service: service, status: Int(response.status.code), headers: response.headers, body: body)
            guard answer.isSuccess else { throw answer.error }
            return answer
        } catch let error as ServiceError {
            throw error
        } catch is NIOTooManyBytesError {
            throw ServiceError(
                service: service, kind: .unreadable, message: "the answer is larger than \(maxResponse) bytes")
        } catch {
            try Task.checkCancellation()
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError:
            error
        case let error as HTTPClientError where error == .cancelled:
            CancellationError()
        case let error as HTTPClientError where error == .deadlineExceeded || error == .getConnectionFromPoolTimeout:
            ServiceError(service: service, kind: .deadlineExceeded, message: "no answer before the deadline")
        default:
            ServiceError(service: service, kind: .unreachable, message: "cannot be reached at \(baseURL): \(error)")
        }
    }

    /// Rounded down, so that the other side does not believe to have more time than we do.
    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}

extension HTTPClient {
    /// A client for calls between services: no redirects, connections given up before the other side's idle time-out
    /// closes them, and as many at once as a busy service needs.
    package static func forServices() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
