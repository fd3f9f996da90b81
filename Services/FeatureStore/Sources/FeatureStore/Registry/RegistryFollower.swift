import Logging
import ServiceLifecycle

/// Takes over what other replicas applied.
struct RegistryFollower: Service {
    let registry: FeatureRegistry
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                do { try await self.registry.refresh() } catch {
                    self.logger.warning("the registry cannot be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
