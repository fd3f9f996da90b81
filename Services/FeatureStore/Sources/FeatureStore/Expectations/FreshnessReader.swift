import Logging
import ServiceAPI
import ServiceLifecycle

/// Finds how old views' latest rows are: once at the start, because this process has not seen them written, and then now
/// and then, because other replicas and the document view's jobs write, too.
struct FreshnessReader: Service {
    private static let pause = Duration.seconds(600)

    let storage: any FeatureStorage
    let registry: FeatureRegistry
    let metrics: QualityMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.read() } catch {
                    self.logger.warning("views' freshness cannot be read", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func read() async throws {
        let newest = try await storage.newestEvents()
        for view in registry.snapshot.views.values.compactMap(\.last) {
            if let event = newest[view.id] { metrics.saw(view.name, event) }
        }
    }
}
