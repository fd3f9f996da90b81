import FeatureStore
import ServiceHost
import SuiteConfig

await ServiceMain.main(FeatureStoreConfig.self) { config, environment in
    try await FeatureStoreService.application(config, environment)
}
