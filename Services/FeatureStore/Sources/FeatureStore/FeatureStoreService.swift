import Hummingbird
import Logging
import Sandbox
import ServiceAPI
package import ServiceHost
import ServiceLifecycle
package import SuiteConfig
import Telemetry

/// Builds the feature store.
package enum FeatureStoreService {
    /// - Parameters:
    ///   - services: The other services; by default those that the configuration names.
    ///   - clock: Wall-clock time, for what is stored.
    /// - Throws: when the data folder cannot be used or the database not be opened.
    package static func application(
        _ config: FeatureStoreConfig,
        _ environment: ServiceEnvironment,
        services: DocumentServices? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) async throws -> ServiceApplication {
        guard !config.data.path.isEmpty else {
            throw FeatureStoreError(
                .storageFailed, "data.path is not set: name the folder for the database and the documents")
        }
        let postgres = config.features.postgres
        let content = try await ContentStore.open(root: config.data.path, isShared: postgres != nil)
        let engine: any StoreEngine =
            if let postgres {
                PostgresEngine(try await PostgresFeatureStorage(postgres, connections: config.features.connections))
            } else {
                SQLiteEngine(
                    database: try StoreDatabase(path: content.databasePath, cachedRows: config.features.cache))
            }
        let storage = engine.features
        let registry = try await FeatureRegistry(storage: storage)
        let view = try await documentView(registry, at: clock())
        let documents = DocumentStore(engine: engine, content: content, view: view)
        let passages = PassageStore(engine: engine)
        let services = services ?? .http(config, environment.httpClient)

        let quality = QualityMetrics(environment.telemetry.metrics, clock: clock)
        let quarantine = QuarantineStore(engine: engine)
        let writer = FeatureWriter(
            storage: storage, gate: ExpectationGate(quarantine: quarantine, metrics: quality, clock: clock),
            metrics: quality, clock: clock)
        let feastMetrics = FeastMetrics(environment.telemetry.metrics)
        let materializer = Materializer(
            folder: config.features.sources ?? "", database: config.features.sourceDatabase,
            cursors: SourceCursors(engine: engine), writer: writer)
        let queue = MaterializationQueue(materializer, logger: environment.logger) { result, views in
            let succeeded = if case .success = result { true } else { false }
            for view in views { feastMetrics.materialized(view.name, succeeded: succeeded) }
        }
        let doorbell = Doorbell()
        let index = VectorIndex(passages: passages, capacity: config.search.maxRows)
        let runner = JobRunner(
            jobs: JobStore(
                engine: engine, content: content, view: view, policy: .standard, leaseDuration: config.jobs.lease),
            steps: StepRunner(
                view: view, documents: documents, content: content, services: services,
                converter: await converter(config, environment),
                limits: StepRunner.Limits(
                    convertedBytes: config.documents.maxSize, passageTokens: config.documents.passageTokens,
                    passages: config.documents.maxPassages, embedBatch: 32)),
            limits: StepLimits(config.jobs), workers: config.jobs.workers, doorbell: doorbell, clock: clock,
            metrics: StoreMetrics(environment.telemetry.metrics), logger: environment.logger)
        let ingest = IngestRoute(
            documents: documents, content: content, maxSize: config.documents.maxSize,
            maxJSONSize: config.documents.maxJSONSize, clock: clock, onAccepted: { doorbell.ring() })
        let documentRoutes = DocumentRoutes(
            documents: documents, features: storage, registry: registry,
            presenter: DocumentPresenter(engine: engine, view: view),
            view: view, files: FileIO(), doorbell: doorbell, clock: clock,
            onDeleted: { id in
                runner.cancel(id)
                await index.remove(id)
            })
        let datasets = SavedDatasetStore(engine: engine, documents: documents)
        let builder = DatasetBuilder(
            store: datasets, content: content, registry: registry, storage: storage,
            maxRows: config.features.datasetRows, doorbell: doorbell, clock: clock, logger: environment.logger)
        let search = SearchRoute(documents: documents, passages: passages, index: index, embed: services.embed)

        return try ServiceApplication(
            name: FeatureStoreConfig.service, version: suiteVersion, http: config.http,
            openAPI: OpenAPIDocument.json, telemetry: environment.telemetry, logger: environment.logger,
            dependencies: [
                HealthDependency(name: "database") { try await engine.check() },
                HealthDependency(name: "data_folder") { try content.check() },
            ],
            services: [
                runner, queue, builder,
                FreshnessReader(
                    storage: storage, registry: registry, metrics: quality, logger: environment.logger),
            ]
                + (postgres.map { address in
                    [
                        RegistryFollower(registry: registry, logger: environment.logger),
                        PostgresListener(address, doorbell: doorbell, logger: environment.logger),
                    ] as [any Service]
                } ?? [])
        ) { router in
            let telemetry = environment.telemetry
            let limits = config.features
            let limit = ConcurrencyLimit(
                name: "features", running: limits.running, waiting: limits.waiting, telemetry: telemetry)
            let reader = OnlineReader(storage: storage)
            let feast = router.group()
                .add(middleware: ErrorForm(.custom(FeastError.response)))
                .add(middleware: BodyLimit(limits.maxBody))
                .add(middleware: limit)
            let routes = FeastRoutes(
                registry: registry, reader: reader, searcher: FeatureSearch(storage: storage), writer: writer,
                materializer: materializer, queue: queue,
                metrics: feastMetrics, clock: clock
            )
            routes.add(to: feast)
            routes.addMaterialization(
                to: router.group()
                    .add(middleware: ErrorForm(.custom(FeastError.response)))
                    .add(middleware: BodyLimit(64 * 1024))
                    // Whole files are read while the caller waits.
                    .add(middleware: Deadline(default: .seconds(3600), cap: .seconds(6 * 3600)))
                    .add(
                        middleware: ConcurrencyLimit(
                            name: "materializations", running: 8, waiting: 32, telemetry: telemetry)))
            let own = router.group("v1").add(middleware: BodyLimit(limits.maxBody)).add(middleware: limit)
            RegistryRoutes(registry: registry, clock: clock).add(to: own)
            FeatureRoutes(
                registry: registry, storage: storage, reader: reader, writer: writer,
                eraser: DatasetEraser(store: datasets, content: content, clock: clock), clock: clock
            ).add(to: own)
            let entityRows = EntityRowsReader(
                datasets: datasets, content: content, database: limits.sourceDatabase, mostBytes: limits.datasetBody)
            let join = DatasetRoute(
                registry: registry, storage: storage, entityRows: entityRows, maxRows: limits.datasetRows)
            let saved = SavedDatasetRoutes(
                store: datasets, doorbell: doorbell, content: content, registry: registry, storage: storage,
                entityRows: entityRows, files: FileIO(), maxRows: limits.datasetRows, clock: clock)
            saved.add(to: own)
            QualityRoutes(
                registry: registry, check: ViewCheck(storage: storage, datasets: datasets, content: content),
                quarantine: quarantine, writer: writer, metrics: quality, clock: clock
            ).add(to: own)
            router.group("v1")
                .add(middleware: BodyLimit(limits.datasetBody))
                .add(middleware: Deadline(default: .seconds(600), cap: .seconds(3600)))
                .add(middleware: ConcurrencyLimit(name: "datasets", running: 2, waiting: 8, telemetry: telemetry))
                .post("datasets") { request, context in try await join.handle(request, context) }
                .put("datasets/:name") { request, context in try await saved.save(request, context) }
            router.group("v1")
                .add(
                    middleware: ConcurrencyLimit(
                        name: "uploads", running: config.documents.uploads, waiting: config.documents.uploads,
                        telemetry: telemetry)
                )
                // Raw bytes are counted while they stream; as JSON a document has the limit of its own.
                .add(middleware: BodyLimit(max(config.documents.maxSize, config.documents.maxJSONSize)))
                .post("documents") { request, context in try await ingest.handle(request, context) }
            documentRoutes.add(to: router.group("v1"))
            DeadLetterRoutes(
                letters: DeadLetterStore(engine: engine, view: view), documents: documents, doorbell: doorbell,
                clock: clock
            ).add(to: router.group("v1").add(middleware: BodyLimit(256 * 1024)))
            router.group("v1")
                .add(middleware: BodyLimit(64 * 1024))
                .add(middleware: Deadline(default: .seconds(15), cap: .seconds(60)))
                .add(middleware: ConcurrencyLimit(name: "search", running: 4, waiting: 64, telemetry: telemetry))
                .post("search") { request, context in try await search.handle(request, context) }
        }
    }

    private static func documentView(_ registry: FeatureRegistry, at now: Timestamp) async throws -> DocumentView {
        let request = ApplyRequest(
            definitions: FeatureDefinitions(
                entities: [DocumentView.entity], featureViews: [DocumentView.featureView]), allowDestructive: true)
        let plan = try await registry.apply(request, isSystem: true, at: now)
        return .document(features: try plan.result.view(DocumentView.featureView.name))
    }

    private static func converter(
        _ config: FeatureStoreConfig, _ environment: ServiceEnvironment
    ) async -> any DocumentConverter {
        if let url = config.conversion.gotenbergURL {
            return GotenbergConverter(
                url: url, client: environment.httpClient, timeout: config.conversion.timeout)
        }
        guard let program = config.conversion.libreOffice ?? LibreOfficeConverter.installed() else {
            return MissingConverter()
        }
        do {
            let sandbox = try Sandbox(logger: environment.logger)
            try await sandbox.logSupport()
            return LibreOfficeConverter(
                program: program, sandbox: sandbox, timeout: config.conversion.timeout,
                memory: config.conversion.memory)
        } catch {
            environment.logger.warning("no conversion of office documents", metadata: ["reason": "\(error)"])
            return MissingConverter()
        }
    }
}
