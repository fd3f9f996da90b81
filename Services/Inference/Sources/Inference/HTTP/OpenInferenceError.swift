import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import ServiceAPI

/// Errors in the Open Inference Protocol's form: `{"error":"message"}`.
enum OpenInferenceError {
    @Sendable static func response(for error: APIError) -> Response {
        var json = JSONWriter()
        json.raw("{\"error\":")
        json.string(error.message)
        json.raw("}")
        return Response.json(json, status: .init(code: error.status))
    }
}

extension Response {
    static func json(_ json: JSONWriter, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: json.buffer))
    }
}
