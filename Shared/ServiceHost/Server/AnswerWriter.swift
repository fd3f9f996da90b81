import HTTPTypes
import Hummingbird
import NIOCore

/// What is written of an answer at one time.
struct AnswerParts: Sendable {
    struct End {
        var trailers: HTTPFields?
    }

    var head: HTTPResponse?
    var body: ByteBuffer?
    var end: End?
}

/// Writes an answer to its connection: one whose length is known in one piece, another as it comes.
final class AnswerWriter: ResponseBodyWriter {
    private let connection: Connection
    private var head: HTTPResponse?
    private let length: Int?
    /// The whole body, kept until the answer's end.
    private var body: ByteBuffer?
    /// How many bytes of the body were written.
    private(set) var count = 0

    init(_ response: Response, connection: Connection) {
        self.connection = connection
        head = response.head
        length = response.body.contentLength
    }

    /// Writes the head of an answer whose body may take its time.
    func begin() async throws {
        if length == nil { try await connection.send(AnswerParts(head: head.take())) }
    }

    func write(_ buffer: ByteBuffer) async throws {
        count += buffer.readableBytes
        if body == nil, buffer.readableBytes == length {
            body = buffer
            return
        }
        try await connection.send(AnswerParts(head: head.take(), body: buffer))
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await connection.send(
            AnswerParts(head: head.take(), body: body.take(), end: .init(trailers: trailingHeaders)))
    }
}
