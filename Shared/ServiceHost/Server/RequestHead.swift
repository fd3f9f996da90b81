import HTTPTypes
import Hummingbird
import ServiceAPI
import Telemetry

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID")!
    static let requestTimeout = HTTPField.Name("X-Request-Timeout")!
    static let traceParent = HTTPField.Name("traceparent")!
    static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
}

/// What the host itself reads of a request's head.
struct RequestHead {
    let requestID: String
    let trace: TraceContext
    let contentLength: Int?
    let hasBody: Bool
    let expectsContinue: Bool
    /// The client wants no other answer on this connection.
    let closes: Bool
    /// `X-Request-Timeout`, or what is wrong with it.
    let timeout: Result<Duration?, APIError>

    init(_ headers: HTTPFields) {
        var requestID: String?
        var trace: TraceContext?
        var contentLength: Int?
        var isChunked = false
        var expectsContinue = false
        var closes = false
        var timeout: Result<Duration?, APIError> = .success(nil)
        // One walk over the few fields is cheaper than a look-up for each name.
        for field in headers {
            switch field.name {
            case .contentLength: contentLength = Int(field.value)
            case .transferEncoding: isChunked = true
            case .requestID where Self.isRequestID(field.value): requestID = field.value
            case .traceParent: trace = TraceContext(traceparent: field.value)?.child()
            case .requestTimeout: timeout = Self.timeout(field.value)
            case .connection: closes = field.value.lowercased() == "close"
            case .expect: expectsContinue = field.value.lowercased() == "100-continue"
            default: break
            }
        }
        self.requestID = requestID ?? Identifiers.requestID()
        self.trace = trace ?? .start()
        // Chunks say themselves how long they are; a length beside them must not be believed.
        self.contentLength = isChunked ? nil : contentLength
        self.hasBody = isChunked || (contentLength ?? 0) > 0
        self.expectsContinue = expectsContinue
        self.closes = closes
        self.timeout = timeout
    }

    /// The body's bytes, as many as there may be when the client did not say.
    var bodyLength: Int { hasBody ? contentLength ?? .max : 0 }

    /// Up to 128 characters that are harmless in a log, a header and a URL.
    static func isRequestID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }

    private static func timeout(_ text: String) -> Result<Duration?, APIError> {
        guard let seconds = Double(text), seconds > 0, seconds <= 1e6 else {
            return .failure(
                .badRequest(
                    "X-Request-Timeout is \"\(text.prefix(40))\", it must be a number of seconds above 0",
                    field: "X-Request-Timeout"))
        }
        return .success(.seconds(seconds))
    }
}
