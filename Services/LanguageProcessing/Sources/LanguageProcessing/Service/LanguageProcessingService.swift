import Hummingbird
import ServiceAPI
package import ServiceHost
package import SuiteConfig

/// The language processing service: embeddings in text-embeddings-inference's form, and the analysis of texts.
package enum LanguageProcessingService {
    /// Builds the service.
    package static func application(
        _ config: NLPConfig, _ environment: ServiceEnvironment
    ) async throws -> ServiceApplication {
        let inference = InferenceClient(
            baseURL: config.inferenceURL, http: environment.httpClient, timeout: config.inferenceTimeout)
        let model = modelName(config)
        return try application(
            config, environment,
            call: { try await inference.infer(model: $0, $1) },
            probe: {
                if let model { try await inference.checkReady(model: model) } else { try await inference.checkLive() }
            })
    }

    /// Builds the service with another way to run inference.
    package static func application(
        _ config: NLPConfig, _ environment: ServiceEnvironment, call: @escaping InferenceCall,
        probe: @escaping @Sendable () async throws -> Void
    ) throws -> ServiceApplication {
        let name = modelName(config)
        let model = EmbeddingModel(path: config.modelFolder)
        let embedder = TextEmbedder(
            model: model,
            embedder: Embedder(
                model: name ?? "",
                limits: .init(
                    batchTokens: config.maxBatchTokens, batchSize: config.maxBatchSize,
                    concurrentBatches: config.maxConcurrentBatches, waitingBatches: config.maxWaitingBatches),
                call: call),
            limits: .init(
                clientBatchSize: config.maxClientBatchSize, autoTruncate: config.autoTruncate,
                plainSpecialTokens: config.plainSpecialTokens))
        let analyzer = TextAnalyzer(
            maximumLength: config.maxCharacters,
            entityOptions: .init(
                dateOrder: config.dateOrder == .dayFirst ? .dayFirst : .monthFirst, dollar: config.dollar),
            classifier: TypeClassifier(
                labels: config.documentLabels, temperature: config.typeTemperature, embedder: embedder),
            model: model, modelName: name)
        let embedding = EmbeddingRoutes(
            embedder: embedder,
            info: { try info(config, model, name: name ?? "") },
            health: {
                do {
                    _ = try model.directory()
                    try await probe()
                } catch let error as any APIErrorConvertible {
                    throw error
                } catch {
                    throw LanguageProcessingError(.inferenceUnavailable, "inference does not answer", cause: error)
                }
            })

        return try ServiceApplication(
            name: NLPConfig.service, version: suiteVersion, http: config.http, openAPI: OpenAPIDocument.json,
            telemetry: environment.telemetry, logger: environment.logger,
            dependencies: [
                HealthDependency(name: "inference", check: probe),
                HealthDependency(name: "model") { if config.modelFolder != nil { _ = try model.directory() } },
            ],
            services: [],
            unmatchedErrors: Dictionary(
                uniqueKeysWithValues: ["/embed", "/tokenize", "/info"].map {
                    ($0, .custom(EmbeddingError.response))
                })
        ) { router in
            embedding.add(
                to: router.group()
                    .add(middleware: ErrorForm(.custom(EmbeddingError.response)))
                    .add(
                        middleware: ConcurrencyLimit(
                            name: "embed", running: config.maxConcurrentRequests, waiting: 0, status: 429,
                            telemetry: environment.telemetry)))
            AnalysisRoutes(analyzer: analyzer).add(
                to: router.group("v1")
                    .add(middleware: ErrorForm(.quinion))
                    .add(
                        middleware: ConcurrencyLimit(
                            name: "analyze", running: config.concurrentAnalyses, waiting: config.waitingAnalyses,
                            status: 429, telemetry: environment.telemetry)))
        }
    }

    private static func info(_ config: NLPConfig, _ model: EmbeddingModel, name: String) throws -> EmbeddingInfo {
        let directory = try model.directory()
        return EmbeddingInfo(
            modelID: name, modelSHA: directory.revision, modelDtype: "float32", servedModelName: name,
            modelType: .init(pooling: directory.settings.mode.rawValue),
            maxConcurrentRequests: config.maxConcurrentRequests, maxInputLength: directory.settings.maxSequenceLength,
            maxBatchTokens: config.maxBatchTokens, maxBatchRequests: config.maxBatchSize,
            maxClientBatchSize: config.maxClientBatchSize, autoTruncate: config.autoTruncate,
            tokenizationWorkers: 1, version: suiteVersion)
    }

    private static func modelName(_ config: NLPConfig) -> String? {
        config.modelName ?? config.modelFolder?.split(separator: "/").last.map(String.init)
    }
}
