package import AsyncHTTPClient
package import Logging
package import Telemetry

/// What a service library gets from outside to build its application: everything that is not configuration.
package struct ServiceEnvironment: Sendable {
    package var logger: Logger
    package var telemetry: Telemetry
    /// For calls to other services; whoever made it shuts it down.
    package var httpClient: HTTPClient
    package var clock: any Clock<Duration>

    package init(
        logger: Logger,
        telemetry: Telemetry,
        httpClient: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.logger = logger
        self.telemetry = telemetry
        self.httpClient = httpClient
        self.clock = clock
    }
}
