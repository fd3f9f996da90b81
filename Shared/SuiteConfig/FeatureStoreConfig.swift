/// Configuration of the feature store service.
package struct FeatureStoreConfig: ServiceConfig {
    package static let service = "feature-store"

    package var http: HTTPConfig
    package var log: LogConfig
    package var recognitionURL: String
    package var nlpURL: String

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8081)
        self.log = LogConfig(settings.scoped("log"))
        let services = settings.scoped("services")
        self.recognitionURL = services.url(
            "document_recognition", default: "http://127.0.0.1:8082", help: "Where document-recognition answers.")
        self.nlpURL = services.url("nlp", default: "http://127.0.0.1:8083", help: "Where nlp answers.")
    }
}
