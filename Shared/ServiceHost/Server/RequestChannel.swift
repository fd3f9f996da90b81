import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// The pipeline of one accepted connection: NIO's reader and writer of HTTP/1, and our handler.
struct RequestChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let connection: Connection
    }

    let handler: RequestHandler
    let connections: Connections
    let idleTimeout: Duration

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = Connection(channel: channel)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false)
            try pipeline.addHandler(
                ConnectionHandler(
                    handler: handler, connection: connection, connections: connections, idleTimeout: idleTimeout))
            return Value(channel: channel, connection: connection)
        }
    }

    /// Waits for the connection's end and that of its last handler.
    @concurrent func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.connection.shutDown()
        }
        await value.connection.handlersEnd()
    }
}
