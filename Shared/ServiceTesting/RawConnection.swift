import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that says exactly what it is told, for what an HTTP client would not send.
package final class RawConnection: Sendable {
    private let channel: any Channel
    private let received: Received

    private init(channel: any Channel, received: Received) {
        self.channel = channel
        self.received = received
    }

    /// Connects to `http://host:port`.
    package static func open(_ baseURL: String) async throws -> RawConnection {
        let address = baseURL.dropFirst("http://".count).split(separator: ":")
        let received = Received()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(received))
                }
            }
            .connect(host: String(address[0]), port: Int(address[1]) ?? 0).get()
        return RawConnection(channel: channel, received: received)
    }

    package func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    package func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    package func close() async {
        try? await channel.close()
    }

    /// Everything received so far.
    package var text: String { received.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Whether the other side has closed.
    package var isClosed: Bool { received.state.withLock { $0.isClosed } }

    /// Waits until the text received so far fulfils a condition, or the other side closes, or ten seconds pass.
    @discardableResult
    package func text(until condition: (String) -> Bool) async throws -> String {
        try await wait { isClosed || condition(text) }
        return text
    }

    /// Waits until the other side closes, ten seconds at most.
    ///
    /// - Returns: Whether it did.
    package func closes() async throws -> Bool {
        try await wait { isClosed }
        return isClosed
    }

    private func wait(_ condition: () -> Bool) async throws {
        for _ in 0..<2000 where !condition() {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private final class Received: Sendable {
        let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let received: Received

        init(_ received: Received) {
            self.received = received
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            received.state.withLock { $0.bytes.append(contentsOf: bytes.readableBytesView) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { received.state.withLock { $0.isClosed = true } }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            received.state.withLock { $0.isClosed = true }
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            received.state.withLock { $0.isClosed = true }
            context.close(promise: nil)
        }
    }
}
