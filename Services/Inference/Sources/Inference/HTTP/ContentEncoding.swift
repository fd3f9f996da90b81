import BodyCompression
package import NIOCore

/// The encodings of a body that this server reads and writes, as HTTP names them.
package enum ContentEncoding: String, Sendable, CaseIterable {
    case gzip
    /// A zlib stream (RFC 9110 section 8.4.1.2), not the bare deflate of some clients.
    case deflate

    /// Smaller answers are sent as they are: they fit a packet or two anyway.
    private static let smallestCompressed = 1024
    /// Tensors hardly compress, so more effort than the least is wasted.
    private static let level: Int32 = 1

    /// The encoding of a request's body; nil when there is none.
    ///
    /// - Parameter header: `Content-Encoding` as it was sent.
    package init?(of header: String?) throws(InferenceError) {
        guard let name = header?.lowercased(), name != "identity", !name.isEmpty else { return nil }
        guard let encoding = ContentEncoding(rawValue: name) else {
            throw InferenceError(
                .unsupported, "Content-Encoding '\(name.prefix(40))' is not supported; gzip and deflate are")
        }
        self = encoding
    }

    /// The encoding that a client asks of an answer.
    ///
    /// Nil also when it lists several: that is what client libraries send by default, and compressing tensors by default
    /// would cost more than it saves.
    package init?(accepting header: String?) {
        guard let header else { return nil }
        var asked: [ContentEncoding] = []
        for part in header.lowercased().split(separator: ",") {
            let fields = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let name = fields.first, name != "identity" else { continue }
            if fields.dropFirst().contains(where: { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }) { continue }
            guard let encoding = ContentEncoding(rawValue: name) else { return nil }
            asked.append(encoding)
        }
        guard asked.count == 1 else { return nil }
        self = asked[0]
    }

    private var format: compression_format {
        switch self {
        case .gzip: COMPRESSION_GZIP
        case .deflate: COMPRESSION_ZLIB
        }
    }

    // MARK: Reading

    /// The bytes that a compressed body stands for.
    ///
    /// - Parameter limit: Largest result; more is refused before it is made.
    package func decode(_ body: ByteBuffer, limit: Int) throws(InferenceError) -> ByteBuffer {
        guard let stream = compression_inflate_create(format) else { throw Self.noMemory }
        defer { compression_destroy(stream) }
        var input = body
        var output = ByteBuffer()
        output.reserveCapacity(min(limit, max(1024, body.readableBytes * 4)))
        while true {
            // One byte more than allowed tells too large from just large enough.
            let room = min(max(output.writableBytes, output.readableBytes, 1024), limit - output.readableBytes + 1)
            let (result, given) = step(stream, &input, &output, room: room)
            switch result {
            case COMPRESSION_END:
                guard input.readableBytes == 0 else { throw refuse("\(input.readableBytes) bytes follow its end") }
                guard output.readableBytes <= limit else { throw tooLarge(limit) }
                return output
            case COMPRESSION_MORE:
                guard output.readableBytes <= limit else { throw tooLarge(limit) }
                guard input.readableBytes > 0 || given == room else { throw refuse("it is cut off") }
            case COMPRESSION_NO_MEMORY:
                throw Self.noMemory
            default:
                throw refuse("it is damaged")
            }
        }
    }

    private func refuse(_ reason: String) -> InferenceError {
        InferenceError(.invalidRequest, "the body is no valid \(rawValue) stream: \(reason)")
    }

    private func tooLarge(_ limit: Int) -> InferenceError {
        InferenceError(.tooLarge, "the body has more than \(limit) bytes when its \(rawValue) encoding is undone")
    }

    private static let noMemory = InferenceError(.overloaded, "no memory for a compressed body")

    // MARK: Writing

    /// The compressed form of an answer; nil when it is too small to gain anything.
    package func encode(_ body: ByteBuffer) throws(InferenceError) -> ByteBuffer? {
        guard body.readableBytes >= Self.smallestCompressed else { return nil }
        guard let stream = compression_deflate_create(format, Self.level) else { throw Self.noMemory }
        defer { compression_destroy(stream) }
        var input = body
        var output = ByteBuffer()
        let bound = compression_bound(stream, body.readableBytes)
        guard step(stream, &input, &output, room: bound).result == COMPRESSION_END else { throw Self.noMemory }
        return output
    }

    private func step(
        _ stream: OpaquePointer, _ input: inout ByteBuffer, _ output: inout ByteBuffer, room: Int
    ) -> (result: compression_result, given: Int) {
        var result = COMPRESSION_BROKEN
        let given = output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
            var given = 0
            input.readWithUnsafeReadableBytes { source in
                var taken = 0
                result = compression_step(
                    stream, source.bindMemory(to: UInt8.self).baseAddress, source.count, &taken,
                    target.bindMemory(to: UInt8.self).baseAddress, min(target.count, room), &given)
                return taken
            }
            return given
        }
        return (result, given)
    }
}
