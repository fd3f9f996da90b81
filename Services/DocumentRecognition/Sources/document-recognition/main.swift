import DocumentRecognition
import ServiceHost
import SuiteConfig

if CommandLine.arguments.dropFirst().first == "worker" { RecognitionWorker.run() }
await ServiceMain.main(DocumentRecognitionConfig.self) { config, environment in
    try await DocumentRecognitionService.application(config, environment)
}
