import Inference
import ServiceHost
import SuiteConfig

await ServiceMain.main(InferenceConfig.self) { config, environment in
    try InferenceService.application(config, environment)
}
