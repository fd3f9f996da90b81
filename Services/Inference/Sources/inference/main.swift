import Glibc
import Inference
import ModelImport
import ServiceHost
import SuiteConfig

if CommandLine.arguments.dropFirst().first == "import" {
    exit(await ModelImportCommand.run(Array(CommandLine.arguments.dropFirst(2))))
}
await ServiceMain.main(InferenceConfig.self) { config, environment in
    try InferenceService.application(config, environment)
}
