import FoundationEssentials
import Hummingbird
import Sandbox
import ServiceAPI
package import ServiceHost
package import SuiteConfig

/// The reporting service: `/v1/reports` over HTTP, and what makes them in the background.
package enum ReportingService {
    /// Bytes of a request: a report is asked for in a few words.
    private static let bodyLimit = 64 << 10

    /// - Parameter source: where documents come from; by default the feature store of the configuration.
    /// - Throws: ``ReportingError`` when templates, data folder or `pdflatex` are not usable.
    package static func application(
        _ config: ReportingConfig, _ environment: ServiceEnvironment, source: DocumentSource? = nil
    ) async throws -> ServiceApplication {
        guard !config.dataFolder.isEmpty else {
            throw ReportingError(.storage, "data.path is not set: name the folder that reports are kept in")
        }
        let program = try Program.path(of: config.texProgram)
        let sandbox = try Sandbox(logger: environment.logger)
        try await sandbox.logSupport()
        let renderer = CollectionRenderer(
            templates: try TemplateSet(overrides: config.templateFolder),
            typesetter: Typesetter(
                sandbox: sandbox, program: program,
                limits: Typesetter.Limits(
                    memory: config.texMemory, time: config.texTime, fileSize: config.texFileSize)),
            documentPages: config.documentPages, pictureBytes: config.htmlPictureBytes)
        let store = try ReportStore(folder: config.dataFolder, keep: config.keep, logger: environment.logger)
        let maker = ReportMaker(
            store: store,
            source: source
                ?? DocumentSource(
                    FeatureStoreClient(
                        baseURL: config.featureStoreURL, http: environment.httpClient,
                        timeout: config.featureStoreTimeout)),
            renderer: renderer,
            limits: ReportMaker.Limits(
                workers: config.workers, waiting: config.waiting, documents: config.documentLimit,
                pictureBytes: config.pictureBytes),
            logger: environment.logger)
        return try ServiceApplication(
            name: ReportingConfig.service, version: suiteVersion, http: config.http, openAPI: OpenAPIDocument.json,
            telemetry: environment.telemetry, logger: environment.logger,
            dependencies: [
                HealthDependency(name: "data-folder") { try await store.probe() },
                HealthDependency(name: "pdflatex") { _ = try Program.path(of: program) },
            ],
            services: [maker]
        ) { router in
            let group = router.group("v1")
                .add(middleware: ErrorForm(.quinion))
                .add(middleware: BodyLimit(bodyLimit))
                .add(middleware: Deadline(default: config.http.requestTimeout, cap: config.http.maxRequestTimeout))
            ReportRoutes(maker: maker).add(to: group)
        }
    }
}
