package import Hummingbird
package import Logging
import ServiceAPI
package import Telemetry

/// Builds the routes of a service.
package typealias ServiceRouter = Router<ServiceContext>

/// What a handler knows about the request besides the request itself.
package struct ServiceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let state: RequestState
    private let baseLogger: Logger

    package init(source: ApplicationRequestContextSource) {
        self.init(source: source, state: RequestState(start: .now, scope: .background(), limits: .none))
    }

    init(source: ApplicationRequestContextSource, state: RequestState) {
        coreContext = CoreRequestContextStorage(source: source)
        baseLogger = source.logger
        self.state = state
    }

    /// Names the request in logs and answers: the caller's `X-Request-ID` or a new one.
    package var requestID: String { state.scope.requestID }

    /// This service's position in the trace.
    package var trace: TraceContext { state.scope.trace }

    /// When the caller stops waiting.
    package var deadline: ContinuousClock.Instant { state.deadline }

    /// A logger whose lines carry the request's identifiers.
    package var logger: Logger {
        var logger = baseLogger
        logger[metadataKey: "request_id"] = .string(requestID)
        logger[metadataKey: "trace_id"] = .string(trace.traceID.description)
        return logger
    }

    /// The body limit in force, in bytes.
    package var maxUploadSize: Int { state.bodyLimit }

    /// A path parameter, percent-decoded.
    ///
    /// - Throws: 400 when it is not valid percent-encoded UTF-8.
    package func pathParameter(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        guard let decoded = percentDecoded(raw) else {
            throw APIError.badRequest("the path's \(name) is not valid percent-encoded UTF-8", field: name)
        }
        return decoded
    }
}

/// `nil` for a broken escape or for bytes that are not UTF-8.
private func percentDecoded(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = rest.popFirst(), let low = rest.popFirst(),
            let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
    }
    return String(validating: bytes, as: UTF8.self)
}
