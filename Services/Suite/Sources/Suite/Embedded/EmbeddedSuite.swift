import AsyncHTTPClient
import DocumentRecognition
import FeatureStore
import Inference
import LanguageProcessing
import Logging
import Reporting
import ServiceHost
import SuiteConfig
import Telemetry

/// All five services in one process, each on its own loopback port, started in the order in which they need each other.
struct EmbeddedSuite: Sendable {
    /// Where each service answers, `http://127.0.0.1:8081`.
    struct Addresses: Sendable {
        var inference = ""
        var nlp = ""
        var documentRecognition = ""
        var featureStore = ""
        var reporting = ""
    }

    let config: QuinionConfig
    let telemetry: Telemetry
    let httpClient: HTTPClient

    /// Runs the services for as long as `body` takes, then stops them in reverse order.
    func run<Value: Sendable>(_ body: (Addresses) async throws -> Value) async throws -> Value {
        var config = config
        var addresses = Addresses()
        let inference = try InferenceService.application(config.inference, environment("inference"))
        return try await withRunningService(inference) { url in
            addresses.inference = url
            config.nlp.inferenceURL = url
            let nlp = try await LanguageProcessingService.application(config.nlp, environment("nlp"))
            return try await withRunningService(nlp) { url in
                addresses.nlp = url
                config.featureStore.nlpURL = url
                let recognition = try await DocumentRecognitionService.application(
                    config.documentRecognition, environment("document-recognition"), command: recognitionWorker)
                return try await withRunningService(recognition) { url in
                    addresses.documentRecognition = url
                    config.featureStore.recognitionURL = url
                    let featureStore = try await FeatureStoreService.application(
                        config.featureStore, environment("feature-store"))
                    return try await withRunningService(featureStore) { url in
                        addresses.featureStore = url
                        config.reporting.featureStoreURL = url
                        let reporting = try await ReportingService.application(
                            config.reporting, environment("reporting"))
                        return try await withRunningService(reporting) { url in
                            addresses.reporting = url
                            return try await body(addresses)
                        }
                    }
                }
            }
        }
    }

    /// This executable again, as a reading process; see ``main()``.
    private var recognitionWorker: WorkerCommand {
        WorkerCommand(program: Engines.executable, arguments: ["recognition-worker"])
    }

    private func environment(_ service: String) -> ServiceEnvironment {
        ServiceEnvironment(
            logger: telemetry.logger(label: service, level: config.log.loggerLevel), telemetry: telemetry,
            httpClient: httpClient)
    }
}
