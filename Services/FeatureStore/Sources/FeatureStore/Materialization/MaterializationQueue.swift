import Logging
import ServiceLifecycle

/// Runs that were asked for with `async=true`, one after the other.
final class MaterializationQueue: Service {
    private struct Order: Sendable {
        var views: [ViewVersion]
        var names: Set<String>
        var start: Timestamp?
        var end: Timestamp
    }

    /// Orders that wait.
    private static let most = 1000

    private let materializer: Materializer
    private let outcome: @Sendable (Result<[Materializer.Result], any Error>, [ViewVersion]) -> Void
    private let logger: Logger
    private let orders: AsyncStream<Order>
    private let continuation: AsyncStream<Order>.Continuation

    init(
        _ materializer: Materializer, logger: Logger,
        outcome: @escaping @Sendable (Result<[Materializer.Result], any Error>, [ViewVersion]) -> Void
    ) {
        self.materializer = materializer
        self.logger = logger
        self.outcome = outcome
        (orders, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.most))
    }

    /// - Throws: `materializing` where one of the views is being read already.
    func add(_ views: [ViewVersion], from start: Timestamp?, to end: Timestamp, force: Bool) throws {
        let names = try materializer.begin(views, force: force)
        guard case .enqueued = continuation.yield(Order(views: views, names: names, start: start, end: end)) else {
            materializer.finish(names)
            throw FeatureStoreError(.materializing, "\(Self.most) materializations are waiting already")
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await order in self.orders {
                let result: Result<[Materializer.Result], any Error>
                do {
                    result = .success(try await self.materializer.read(order.views, from: order.start, to: order.end))
                } catch {
                    self.logger.error("materialization failed", metadata: ["error": "\(error)"])
                    result = .failure(error)
                }
                self.materializer.finish(order.names)
                self.outcome(result, order.views)
            }
        }
    }
}
