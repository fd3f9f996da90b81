import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer whose JSON is written already.
    static func json(
        _ body: ByteBuffer, status: HTTPResponse.Status = .ok, mediaType: String = "application/json; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: mediaType],
            body: ResponseBody(byteBuffer: body))
    }
}
