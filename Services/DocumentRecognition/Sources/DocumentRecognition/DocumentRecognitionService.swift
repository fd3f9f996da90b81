import Sandbox
package import ServiceHost
package import SuiteConfig
import Telemetry

#if canImport(Glibc)
import Glibc
#endif

/// Reads text and its places out of PDF files and pictures of pages.
package enum DocumentRecognitionService {
    /// - Parameter command: The program that reads pages; by default `document-recognition worker`.
    /// - Throws: when the sandbox or that program is missing.
    package static func application(
        _ config: DocumentRecognitionConfig, _ environment: ServiceEnvironment, command: WorkerCommand? = nil
    ) async throws -> ServiceApplication {
        let command = try command ?? .standard()
        let sandbox = try Sandbox(logger: environment.logger)
        try await sandbox.logSupport()
        let processes = try ReadingProcesses(config, command: command, sandbox: sandbox)
        let recognizer = DocumentRecognizer(
            config, processes: processes, metrics: RecognitionMetrics(environment.telemetry.metrics))
        return try ServiceApplication(
            name: DocumentRecognitionConfig.service, version: suiteVersion, http: config.http,
            openAPI: OpenAPIDocument.json, telemetry: environment.telemetry, logger: environment.logger,
            dependencies: [
                HealthDependency(name: "sandbox") { try executable(sandbox.launcher) },
                HealthDependency(name: "reading_process") { try executable(command.program) },
            ],
            services: [processes],
            routes: { router in
                RecognitionRoutes(recognizer: recognizer, config: config, telemetry: environment.telemetry)
                    .add(to: router)
            })
    }

    private static func executable(_ path: String) throws {
        guard access(path, X_OK) == 0 else {
            throw RecognitionError(.engineUnavailable, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
