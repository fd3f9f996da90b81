import Hummingbird
import NIOCore

/// A request body that counts its bytes against the limit and ends when the request is interrupted.
struct GuardedBody: AsyncSequence, Sendable {
    let base: IncomingBody
    let state: RequestState
    /// Tells a client that waits for it that its body is welcome.
    let connection: Connection?

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: IncomingBody.AsyncIterator
        let state: RequestState
        var connection: Connection?

        @concurrent mutating func next() async throws -> ByteBuffer? {
            try state.beginReading()
            connection?.sendContinue()
            connection = nil
            let chunk: ByteBuffer?
            do {
                chunk = try await base.next()
            } catch {
                try state.breakOff()
                throw error
            }
            try state.endReading(chunk?.readableBytes)
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), state: state, connection: connection)
    }
}

/// A request's body as its connection gives it.
enum IncomingBody: AsyncSequence, Sendable {
    /// It was short and has arrived.
    case whole(ByteBuffer)
    case stream(BodyStream.Producer)

    enum AsyncIterator: AsyncIteratorProtocol {
        case whole(ByteBuffer)
        case stream(BodyStream.Producer.AsyncIterator)
        case ended

        @concurrent mutating func next() async throws -> ByteBuffer? {
            switch self {
            case .whole(let buffer):
                self = .ended
                return buffer.readableBytes > 0 ? buffer : nil
            case .stream(let iterator): return try await iterator.next()
            case .ended: return nil
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        switch self {
        case .whole(let buffer): .whole(buffer)
        case .stream(let sequence): .stream(sequence.makeAsyncIterator())
        }
    }
}
