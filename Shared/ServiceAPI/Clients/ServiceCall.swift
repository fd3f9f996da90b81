package import NIOCore
package import NIOHTTP1

/// A request to a service.
package struct ServiceCall: Sendable {
    package var method: HTTPMethod
    /// Path and query, percent-encoded.
    package var target: String
    package var headers: HTTPHeaders
    package var body: ByteBuffer?
    /// Whether the call may be repeated: `GET`, `HEAD`, `PUT`, `DELETE`, and a `POST` that changes nothing.
    package var mayRepeat: Bool

    /// - Parameters:
    ///   - path: Segments of the path, as they are; each is percent-encoded.
    ///   - query: In this order; an entry without a value is left out.
    ///   - changesNothing: A `POST` that only computes may be repeated.
    package init(
        _ method: HTTPMethod,
        _ path: [String],
        query: [(String, String?)] = [],
        headers: HTTPHeaders = [:],
        body: ByteBuffer? = nil,
        changesNothing: Bool = false
    ) {
        self.method = method
        target = path.map { "/" + Self.encode($0) }.joined()
        let parts = query.compactMap { name, value in value.map { "\(Self.encode(name))=\(Self.encode($0))" } }
        if !parts.isEmpty { target += "?" + parts.joined(separator: "&") }
        self.headers = headers
        self.body = body
        mayRepeat = changesNothing || [.GET, .HEAD, .PUT, .DELETE].contains(method)
    }

    /// A call with a JSON body.
    package static func json(
        _ method: HTTPMethod,
        _ path: [String],
        query: [(String, String?)] = [],
        body: some Encodable,
        changesNothing: Bool = false
    ) throws -> ServiceCall {
        ServiceCall(
            method, path, query: query, headers: ["content-type": "application/json"], body: try JSONBody.encode(body),
            changesNothing: changesNothing)
    }

    /// Everything but RFC 3986's unreserved characters becomes `%XX`.
    static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
