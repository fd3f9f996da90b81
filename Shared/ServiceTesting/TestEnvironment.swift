import AsyncHTTPClient
import Logging
package import ServiceHost
package import SuiteConfig
import Telemetry

/// An environment for tests: logs go nowhere, the HTTP client is the process' own.
package func testEnvironment(service: String = "test") -> ServiceEnvironment {
    let telemetry = Telemetry(service: service, version: suiteVersion, logs: .discarding)
    return ServiceEnvironment(
        logger: telemetry.logger(label: service, level: .info), telemetry: telemetry, httpClient: .shared)
}

/// A service's configuration with these flags, on any free port.
///
/// - Parameter flags: As on the command line, `["--http-max-body", "1MiB"]`.
package func testConfiguration<Config: ServiceConfig>(_: Config.Type, _ flags: [String] = []) throws -> Config {
    try Loaded<Config>.load(arguments: ["--http-port", "0"] + flags, environment: [:]).config
}
