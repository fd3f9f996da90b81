import NIOCore

/// A request's body on its way from the connection to the handler, a few reads of the socket at a time.
struct BodyStream: Sendable {
    typealias Producer = NIOThrowingAsyncSequenceProducer<
        ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
    >

    /// Tells the connection that the handler has room for more.
    struct Demand: NIOAsyncSequenceProducerDelegate {
        let more: @Sendable () -> Void

        func produceMore() { more() }
        func didTerminate() { more() }
    }

    let source: Producer.Source
    let sequence: Producer

    /// - Parameter more: Called on any thread when the body may go on.
    init(_ more: @escaping @Sendable () -> Void) {
        let new = Producer.makeSequence(
            backPressureStrategy: .init(lowWatermark: 2, highWatermark: 10), finishOnDeinit: true,
            delegate: Demand(more: more))
        source = new.source
        sequence = new.sequence
    }
}
