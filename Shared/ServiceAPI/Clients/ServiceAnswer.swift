package import NIOCore
package import NIOHTTP1

/// A service's whole answer.
package struct ServiceAnswer: Sendable {
    package let service: String
    package let status: Int
    package let headers: HTTPHeaders
    package let body: ByteBuffer

    package init(service: String, status: Int, headers: HTTPHeaders, body: ByteBuffer) {
        self.service = service
        self.status = status
        self.headers = headers
        self.body = body
    }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as JSON.
    ///
    /// - Throws: `ServiceError` that names the field that does not fit.
    package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONBody.decode(type, from: body)
        } catch let error as APIError {
            throw ServiceError(
                service: service, kind: .unreadable, status: status,
                message: "the answer cannot be read: \(error.message)")
        }
    }

    /// What a refusal says: in our own form, or in those of the protocols we speak, `{"error":"…"}`.
    package var error: ServiceError {
        struct Ours: Decodable {
            struct Content: Decodable {
                var code: String?
                var message: String
                var field: String?
            }

            var error: Content
        }
        struct Plain: Decodable {
            var error: String
        }

        var error = ServiceError(
            service: service, kind: .refused, status: status, message: excerpt,
            retryAfter: headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds($0) })
        if let ours = try? JSONBody.decode(Ours.self, from: body).error {
            error.code = ours.code
            error.message = ours.message
            error.field = ours.field
        } else if let plain = try? JSONBody.decode(Plain.self, from: body) {
            error.message = plain.error
        }
        return error
    }

    private var excerpt: String {
        body.readableBytes == 0 ? "no message" : String(String(buffer: body).prefix(300))
    }
}
