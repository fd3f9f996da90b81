import Hummingbird
package import Logging
package import ServiceLifecycle
package import SuiteConfig
package import Telemetry

/// A service that is ready to run: its routes, what it depends on and what works in its background.
///
/// Besides the given routes it answers `GET /health/live`, `/health/ready`, `/metrics`, `/openapi.json` and, when the
/// configuration says so, `/v1/config`.
package struct ServiceApplication: Sendable {
    /// One path and method that the service answers.
    package struct Route: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The method in capitals, `GET`.
        package let method: String
        /// The path with parameters in braces, `/v1/documents/{id}`.
        package let path: String

        package var description: String { "\(method) \(path)" }

        package static func < (left: Route, right: Route) -> Bool {
            (left.path, left.method) < (right.path, right.method)
        }
    }

    package let name: String
    package let version: String
    package let http: HTTPConfig
    package let telemetry: Telemetry
    package let logger: Logger
    /// All routes, sorted, without the `HEAD` that every `GET` has.
    package let routes: [Route]

    /// Whether a request with a short body is handled on its connection's thread.
    let handlesOnConnections: Bool
    let immediate: ImmediateResponder?
    let background: [any Service]
    let responder: RouterResponder<ServiceContext>
    let table: RouteTable
    let gate: ReadinessGate
    let settings: SettingsReport

    /// - Parameters:
    ///   - http: Where to listen, limits and times.
    ///   - openAPI: The service's OpenAPI document, JSON text.
    ///   - dependencies: What must work for the service to be ready.
    ///   - services: Background work; started with the listener and stopped after it has drained.
    ///   - handlesOnConnections: Whether requests with short bodies are handled on their connections' threads, which saves
    ///     two changes of threads each, but makes the thread's other connections wait for what a handler computes: for
    ///     services whose handlers are brief or wait for work done elsewhere.
    ///   - immediate: Is asked first about every request with a short body.
    ///   - unmatchedErrors: The form of errors on paths that match no route, by path prefix, for foreign protocols.
    ///   - routes: Adds the service's routes.
    package init(
        name: String,
        version: String,
        http: HTTPConfig,
        openAPI: String,
        telemetry: Telemetry,
        logger: Logger,
        dependencies: [HealthDependency],
        services: [any Service],
        handlesOnConnections: Bool = false,
        immediate: ImmediateResponder? = nil,
        unmatchedErrors: [String: ErrorForm.Form] = [:],
        routes addRoutes: (ServiceRouter) throws -> Void
    ) throws {
        self.name = name
        self.version = version
        self.http = http
        self.telemetry = telemetry
        self.logger = logger
        self.handlesOnConnections = handlesOnConnections
        self.immediate = immediate
        background = services
        gate = ReadinessGate(dependencies: dependencies, drainDelay: http.drainDelay, logger: logger)
        settings = SettingsReport()

        let router = ServiceRouter(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ErrorCapture())
        OperationalRoutes(
            gate: gate, metrics: telemetry.metrics, openAPI: openAPI, settings: http.exposeConfig ? settings : nil
        ).add(to: router)
        try addRoutes(router)
        try router.validate()

        let declared = router.routes
        self.routes = declared.map { Route(method: $0.method.rawValue, path: $0.path.description) }.sorted()
        table = RouteTable(declared, metrics: telemetry.metrics, unmatchedErrors: unmatchedErrors)
        responder = router.buildResponder()
    }
}
