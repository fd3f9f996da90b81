import AsyncHTTPClient
import Foundation
import Logging
import ServiceHost
import SuiteConfig
import Telemetry

/// One run of the embedded services, from configuration to shutdown.
enum Session {
    /// - Throws: ``CommandError`` with every problem of the configuration.
    static func load(_ flags: [String]) throws -> Loaded<QuinionConfig> {
        do {
            return try Loaded<QuinionConfig>.load(
                arguments: flags, environment: ProcessInfo.processInfo.environment)
        } catch let error as ConfigurationError {
            throw CommandError(ExitStatus.configuration, error.description)
        }
    }

    /// Makes folders and model, starts the services, runs `body`, stops everything.
    static func run<Value: Sendable>(
        _ config: QuinionConfig, _ body: (EmbeddedSuite.Addresses) async throws -> Value
    ) async throws -> Value {
        var config = config
        let folder = DataFolder(configured: config.dataFolder)
        try folder.create()
        config.fillEmbeddedDefaults(folder)
        if let repository = config.inference.modelsPath {
            try await EmbeddedModel.ensure(in: repository) { Terminal.standard.progress($0) }
            Terminal.standard.clearProgress()
        }
        let telemetry = Telemetry(service: "quinion", version: suiteVersion, format: config.log.resolvedFormat)
        defer { telemetry.logs.flush() }
        let httpClient = HTTPClient(eventLoopGroupProvider: .singleton)
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await EmbeddedSuite(config: config, telemetry: telemetry, httpClient: httpClient).run(body))
        } catch {
            result = .failure(error)
        }
        try? await httpClient.shutdown()
        return try result.get()
    }
}
