import Hummingbird
import NIOCore

/// A request body that counts its bytes against the limit and ends when the request is interrupted.
struct GuardedBody: AsyncSequence, Sendable {
    let base: RequestBody
    let state: RequestState
    /// Tells a client that waits for it that its body is welcome.
    let connection: Connection?

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
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
                try state.endReading(nil)
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
