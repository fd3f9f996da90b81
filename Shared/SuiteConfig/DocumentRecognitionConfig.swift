/// Configuration of the document recognition service.
package struct DocumentRecognitionConfig: ServiceConfig {
    package static let service = "document-recognition"

    package var http: HTTPConfig
    package var log: LogConfig

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8082)
        self.log = LogConfig(settings.scoped("log"))

    }
}
