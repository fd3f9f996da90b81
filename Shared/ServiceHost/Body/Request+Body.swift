import HTTPTypes
package import Hummingbird
package import NIOCore
import ServiceAPI

extension Request {
    /// The whole body, within the limit in force.
    ///
    /// - Throws: 413 when it is larger.
    package func collectBody(_ context: ServiceContext) async throws -> ByteBuffer {
        if let gathered = try context.state.readGathered() { return gathered }
        var iterator = body.makeAsyncIterator()
        guard var collected = try await iterator.next() else { return ByteBuffer() }
        guard var next = try await iterator.next() else { return collected }
        if let length = context.state.contentLength { collected.reserveCapacity(min(length, context.maxUploadSize)) }
        collected.writeBuffer(&next)
        while var chunk = try await iterator.next() {
            collected.writeBuffer(&chunk)
        }
        return collected
    }

    /// The body as JSON.
    ///
    /// - Throws: 415 for another content type, 413 beyond the limit, 400 for what is not JSON, 422 naming the field
    ///   that does not fit.
    package func decodeJSON<Value: Decodable>(_ type: Value.Type, _ context: ServiceContext) async throws -> Value {
        if let contentType = headers[.contentType], !Self.isJSON(contentType) {
            throw APIError.unsupportedType("Content-Type is \(contentType.prefix(100)), send application/json")
        }
        return try JSONBody.decode(type, from: try await collectBody(context))
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let mediaType = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return mediaType == "application/json" || (mediaType.hasPrefix("application/") && mediaType.hasSuffix("+json"))
    }
}
