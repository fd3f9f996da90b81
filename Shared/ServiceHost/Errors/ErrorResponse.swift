import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import ServiceAPI
import Telemetry

/// The one place where errors become HTTP.
enum ErrorResponse {
    /// What the caller is told about an error.
    static func describe(_ error: any Error) -> APIError {
        switch error {
        case let error as ErrorCapture.Captured:
            describe(error.error)
        case let error as any APIErrorConvertible:
            error.apiError
        case let error as HTTPError:
            APIError(
                status: error.status.code,
                code: code(of: error.status),
                message: error.body ?? error.status.reasonPhrase.lowercased()
            )
        case is NIOTooManyBytesError:
            .tooLarge("the request body is larger than allowed")
        case let error as DecodingError:
            JSONBody.describe(error)
        case let error as HTTPParserError:
            .badRequest("the request is not valid HTTP: \(error)")
        case is CancellationError:
            APIError(status: 503, code: "cancelled", message: "the request was cancelled", retryAfter: .seconds(1))
        default:
            APIError(
                status: 500, code: "internal",
                message: "an internal error occurred; the service's log tells more under this request id")
        }
    }

    /// Whether the caller is told less than the log should know.
    static func isUnexpected(_ error: any Error) -> Bool {
        switch error {
        case let error as ErrorCapture.Captured: isUnexpected(error.error)
        case is any APIErrorConvertible, is HTTPError, is NIOTooManyBytesError, is DecodingError, is HTTPParserError,
            is CancellationError:
            false
        default: true
        }
    }

    static func response(for error: APIError, form: ErrorForm.Form, requestID: String) -> Response {
        var response =
            switch form {
            case .quinion: quinion(error, requestID: requestID)
            case .custom(let render): render(error)
            }
        if let retryAfter = error.retryAfter, !response.headers.contains(.retryAfter) {
            response.headers[.retryAfter] = String(max(1, Int(retryAfter.seconds.rounded(.up))))
        }
        if !response.headers.contains(.cacheControl) { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private static func quinion(_ error: APIError, requestID: String) -> Response {
        var json = [UInt8](#"{"error":{"code":"#.utf8)
        json.appendJSONString(error.code)
        json.append(contentsOf: #","message":"#.utf8)
        json.appendJSONString(error.message)
        if let field = error.field {
            json.append(contentsOf: #","field":"#.utf8)
            json.appendJSONString(field)
        }
        json.append(contentsOf: #","request_id":"#.utf8)
        json.appendJSONString(requestID)
        json.append(contentsOf: "}}".utf8)
        return Response(
            status: .init(code: error.status),
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }

    /// `Content Too Large` becomes `content_too_large`.
    private static func code(of status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .badRequest: "bad_request"
        default:
            String(status.reasonPhrase.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
    }
}
