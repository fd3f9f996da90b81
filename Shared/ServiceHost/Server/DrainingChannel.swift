import HummingbirdCore
import Logging
import NIOCore

/// Hummingbird's HTTP/1 connection, except that none is set up any more once the listener is about to close.
///
/// NIO ends the process when the async channel of an accepted connection is dropped unused
/// ("Deinited NIOAsyncWriter without calling finish()"), which is what happens to a connection that arrives while the
/// listener closes. So no new one is made for a moment before that; a client sees a closed connection either way.
struct DrainingChannel: ServerChildChannel {
    let base: HTTP1Channel
    let gate: ReadinessGate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        guard !gate.isClosed else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        return base.setup(channel: channel, logger: logger)
    }

    @concurrent func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
