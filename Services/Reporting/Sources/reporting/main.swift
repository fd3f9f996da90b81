import Reporting
import ServiceHost
import SuiteConfig

await ServiceMain.main(ReportingConfig.self) { config, environment in
    try await ReportingService.application(config, environment)
}
