import Logging
package import ServiceHost
import ServiceLifecycle
package import SuiteConfig
import Telemetry

/// The inference service: models of any engine behind the Open Inference Protocol.
package enum InferenceService {
    package static func application(
        _ config: InferenceConfig, _ environment: ServiceEnvironment
    ) throws -> ServiceApplication {
        let logs = LogSettings(environment.logger.logLevel)
        let logger = Logger(label: InferenceConfig.service) { _ in
            SettableLogHandler(environment.logger.handler, settings: logs)
        }
        let catalog = ModelCatalog()
        let statistics = StatisticsRegistry(environment.telemetry.metrics)
        statistics.observePending(of: catalog, environment.telemetry.metrics)
        let loader = ModelLoader(
            repository: config.modelsPath,
            uploads: config.modelControl == .explicit ? config.uploadPath.map(UploadFolder.init) : nil,
            backends: BackendRegistry(
                plugins: config.backendPlugins, folder: config.backendsPath, engine: config.backendsEngine,
                logger: logger,
                metrics: environment.telemetry.metrics),
            catalog: catalog, statistics: statistics, outputLimit: config.maxOutput, stateFolder: config.statePath,
            logger: logger)
        let shadows = ShadowTraffic(catalog: catalog, environment.telemetry.metrics)
        let tracer = RequestTracer(slow: config.slowRequest > .zero ? config.slowRequest.nanoseconds : nil)
        let routes = OpenInferenceRoutes(
            catalog: catalog, loader: loader, tracer: tracer, logs: logs, config: config, shadows: shadows,
            telemetry: environment.telemetry)
        return try ServiceApplication(
            name: InferenceConfig.service,
            version: suiteVersion,
            http: config.http,
            openAPI: OpenAPIDocument.json,
            telemetry: environment.telemetry,
            logger: logger,
            dependencies: [
                HealthDependency(name: "models") { try catalog.checkReadiness(strict: config.strictReadiness) }
            ],
            services: [ModelLoading(loader: loader, config: config), shadows],
            // The engine has threads of its own; what is left to do is to read and to write tensors.
            handlesOnConnections: true,
            immediate: routes.infer.answerAtOnce,
            unmatchedErrors: ["/v2": .custom(OpenInferenceError.response)]
        ) { routes.add(to: $0) }
    }
}

/// Loads the models while the server already answers, looks for changes, and unloads them after it has drained.
private struct ModelLoading: Service {
    let loader: ModelLoader
    let config: InferenceConfig

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await loader.loadAll(names)
            while config.modelControl == .poll, !Task.isCancelled {
                guard (try? await Task.sleep(for: config.pollInterval)) != nil else { return }
                await loader.poll()
            }
        }
        try? await gracefulShutdown()
        await loader.close()
    }

    /// Nil loads all.
    private var names: Set<String>? {
        guard config.modelControl == .explicit, !config.modelsLoad.contains("*") else { return nil }
        return Set(config.modelsLoad)
    }
}
