import AsyncHTTPClient
import FoundationEssentials
import Glibc
package import Logging
import ServiceAPI
package import SuiteConfig
package import Telemetry

/// The whole of a service's `main.swift`.
package enum ServiceMain {
    /// Reads the configuration, builds the application, runs it until a signal, and ends the process: 0 after a clean
    /// shutdown, 78 for a configuration that is not valid, 1 for anything else.
    package static func main<Config: HTTPServiceConfig>(
        _: Config.Type,
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        build: (Config, ServiceEnvironment) async throws -> ServiceApplication
    ) async -> Never {
        if arguments.contains("--help") {
            say("usage: \(Config.service) [OPTIONS]\n\n\(Loaded<Config>.help)")
            exit(0)
        }
        if arguments.contains("--version") {
            say("\(Config.service) \(suiteVersion)")
            exit(0)
        }
        let loaded: Loaded<Config>
        do {
            loaded = try Loaded<Config>.load(
                arguments: arguments.filter { $0 != "--print-config" && $0 != "--check-health" },
                environment: ProcessInfo.processInfo.environment)
        } catch {
            complain("\(Config.service): \(error)")
            exit(ConfigurationError.exitCode)
        }
        if arguments.contains("--print-config") {
            say(loaded.report)
            exit(0)
        }
        if arguments.contains("--check-health") {
            exit(await HealthCheck.run(loaded.config.http))
        }
        exit(await run(loaded, build: build))
    }

    private static func run<Config: ServiceConfig>(
        _ loaded: Loaded<Config>,
        build: (Config, ServiceEnvironment) async throws -> ServiceApplication
    ) async -> Int32 {
        let telemetry = Telemetry(
            service: Config.service, version: suiteVersion, format: loaded.config.log.resolvedFormat)
        let logger = telemetry.logger(label: Config.service, level: loaded.config.log.loggerLevel)
        let httpClient = HTTPClient.forServices()
        var status: Int32 = 0
        do {
            let environment = ServiceEnvironment(logger: logger, telemetry: telemetry, httpClient: httpClient)
            let application = try await build(loaded.config, environment)
            application.settings.current = loaded.effective
            try await ServiceRunner.run(application)
            logger.info("stopped")
        } catch {
            logger.critical("the service failed", metadata: ["error": "\(error)"])
            status = 1
        }
        try? await httpClient.shutdown()
        telemetry.logs.flush()
        return status
    }

    private static func say(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    private static func complain(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension LogConfig {
    /// `text` on a terminal and `json` elsewhere, unless the configuration says which.
    package var resolvedFormat: LogFormat {
        switch format {
        case .json: .json
        case .text: .text
        case .auto: isatty(STDERR_FILENO) == 1 ? .text : .json
        }
    }

    package var loggerLevel: Logger.Level {
        switch level {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
