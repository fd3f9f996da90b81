/// Configuration of the language processing service.
package struct NLPConfig: ServiceConfig {
    package static let service = "nlp"

    package var http: HTTPConfig
    package var log: LogConfig
    package var inferenceURL: String

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8083)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.inferenceURL = services.url(
            "inference", default: "http://127.0.0.1:8084", help: "Where inference answers.")
    }
}
