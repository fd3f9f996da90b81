/// Configuration of the inference service.
package struct InferenceConfig: ServiceConfig {
    package static let service = "inference"

    package var http: HTTPConfig
    package var log: LogConfig

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8084)
        self.log = LogConfig(settings.scoped("log"))

    }
}
