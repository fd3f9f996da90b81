import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The pipeline of one accepted connection: HTTP/1, the connection's own affairs, idle time, requests.
struct RequestChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let connection: Connection
    }

    let handler: RequestHandler
    let connections: Connections
    let idleTimeout: Duration
    let logger: Logger

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = Connection(channel: channel)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(ConnectionHandler(connection: connection, connections: connections))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: self.logger))
            try pipeline.addHandler(RequestReader(handler: handler, connection: connection))
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
