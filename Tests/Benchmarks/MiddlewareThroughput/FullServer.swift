import Hummingbird
import Logging
import ServiceHost
import SuiteConfig
import Telemetry

/// The same route with everything a service has: identifiers, deadline, body limit, bounded concurrency, error form,
/// metrics, access log.
enum FullServer {
    struct Config: HTTPServiceConfig {
        static let service = "echo"

        var http: HTTPConfig
        var log: LogConfig

        init(_ settings: Settings) {
            http = HTTPConfig(settings.scoped("http"), port: 0)
            log = LogConfig(settings.scoped("log"))
        }
    }

    static func application(_ config: Config, telemetry: Telemetry, logger: Logger) throws -> ServiceApplication {
        try ServiceApplication(
            name: Config.service, version: suiteVersion, http: config.http, openAPI: "{}", telemetry: telemetry,
            logger: logger, dependencies: [], services: []
        ) { router in
            let group = router.group()
                .add(middleware: ErrorForm(.quinion))
                .add(middleware: BodyLimit(1 << 20))
                .add(middleware: Deadline(default: .seconds(10), cap: .seconds(60)))
                .add(middleware: ConcurrencyLimit(name: "echo", running: 256, waiting: 1024, telemetry: telemetry))
            group.post("echo") { request, context in
                JSONResponse(try await request.decodeJSON(EchoBody.self, context))
            }
            group.post("slow") { request, context in
                let body = try await request.decodeJSON(EchoBody.self, context)
                try await Task.sleep(for: .milliseconds(20))
                return JSONResponse(body)
            }
        }
    }
}
