import FoundationEssentials
package import HTTPTypes
package import Hummingbird
import NIOCore
import ServiceAPI

/// A JSON answer with its status.
package struct JSONResponse<Value: Encodable & Sendable>: ResponseGenerator, Sendable {
    package var value: Value
    package var status: HTTPResponse.Status
    package var headers: HTTPFields

    package init(_ value: Value, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.value = value
        self.status = status
        self.headers = headers
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = headers
        if !headers.contains(.contentType) { headers[.contentType] = "application/json; charset=utf-8" }
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: try JSONBody.encode(value)))
    }
}
