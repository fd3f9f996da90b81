/// Configuration of the reporting service.
package struct ReportingConfig: ServiceConfig {
    package static let service = "reporting"

    package var http: HTTPConfig
    package var log: LogConfig
    package var featureStoreURL: String

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8085)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.featureStoreURL = services.url(
            "feature_store", default: "http://127.0.0.1:8081", help: "Where feature-store answers.")
    }
}
