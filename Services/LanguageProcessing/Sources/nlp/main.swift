import LanguageProcessing
import ServiceHost
import SuiteConfig

await ServiceMain.main(NLPConfig.self) { config, environment in
    try await LanguageProcessingService.application(config, environment)
}
