/// A service's configuration: read once at start, immutable, passed down as a value.
package protocol ServiceConfig: Sendable {
    /// The service's name as its executable and variables spell it, `document-recognition`.
    static var service: String { get }

    var log: LogConfig { get }

    /// Reads every key once.
    init(_ settings: Settings)
}

/// The configuration of one service that listens on one port.
package protocol HTTPServiceConfig: ServiceConfig {
    var http: HTTPConfig { get }
}

extension ServiceConfig {
    /// What the environment variables begin with, `QUINION_DOCUMENT_RECOGNITION_`.
    package static var variablePrefix: String {
        service == "quinion"
            ? "QUINION_" : "QUINION_" + String(service.map { $0 == "-" ? "_" : $0 }).uppercased() + "_"
    }
}
