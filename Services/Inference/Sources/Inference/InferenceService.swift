package import ServiceHost
import ServiceLifecycle
package import SuiteConfig
import Telemetry

/// The inference service: models of any engine behind the Open Inference Protocol.
package enum InferenceService {
    package static func application(
        _ config: InferenceConfig, _ environment: ServiceEnvironment
    ) throws -> ServiceApplication {
        let catalog = ModelCatalog(
            repository: config.modelsPath,
            backends: BackendRegistry(
                plugins: config.backendPlugins, folder: config.backendsPath, engine: config.backendsEngine,
                logger: environment.logger,
                metrics: environment.telemetry.metrics),
            outputLimit: config.maxOutput,
            logger: environment.logger)
        return try ServiceApplication(
            name: InferenceConfig.service,
            version: suiteVersion,
            http: config.http,
            openAPI: OpenAPIDocument.json,
            telemetry: environment.telemetry,
            logger: environment.logger,
            dependencies: [
                HealthDependency(name: "models") { try catalog.checkReadiness(strict: config.strictReadiness) }
            ],
            services: [ModelLoading(catalog: catalog)],
            unmatchedErrors: ["/v2": .custom(OpenInferenceError.response)]
        ) { router in
            OpenInferenceRoutes(catalog: catalog, config: config, telemetry: environment.telemetry).add(to: router)
        }
    }
}

/// Loads the models while the server already answers, and unloads them after it has drained.
private struct ModelLoading: Service {
    let catalog: ModelCatalog

    func run() async throws {
        await cancelWhenGracefulShutdown { await catalog.load() }
        try? await gracefulShutdown()
        await catalog.close()
    }
}
