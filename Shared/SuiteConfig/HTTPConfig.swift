/// What every service's HTTP side can be told.
package struct HTTPConfig: Sendable {
    package var host: String
    /// 0 takes any free port.
    package var port: Int
    package var idleTimeout: Duration
    package var maxConnections: Int
    /// Body limit of routes that set none of their own, in bytes.
    package var maxBody: Int
    /// Deadline of a request that asks for none.
    package var requestTimeout: Duration
    /// Longest deadline a request may ask for by `X-Request-Timeout`.
    package var maxRequestTimeout: Duration
    /// How long readiness answers 503 before the listener closes.
    package var drainDelay: Duration
    /// How long requests in flight may take after the listener closed.
    package var shutdownTimeout: Duration
    /// Whether `GET /v1/config` answers.
    package var exposeConfig: Bool
    package var accessLog: Bool

    package init(_ settings: Settings, port: Int) {
        self.host = settings.string(
            "host", default: "127.0.0.1", help: "Address to listen on; 0.0.0.0 for all.")
        self.port = settings.int("port", default: port, in: 0...65535, help: "Port to listen on; 0 takes a free one.")
        self.idleTimeout = settings.duration(
            "idle_timeout", default: .seconds(60), in: .seconds(1)...(.seconds(3600)),
            help: "Close a connection on which nothing happened for this long.")
        self.maxConnections = settings.int(
            "max_connections", default: 1024, in: 1...100_000, help: "Connections served at once; more wait.")
        self.maxBody = settings.bytes(
            "max_body", default: 8 << 20, in: 1024...(1 << 32),
            help: "Largest request body of routes without a limit of their own.")
        self.requestTimeout = settings.duration(
            "request_timeout", default: .seconds(60), in: .milliseconds(10)...(.seconds(3600)),
            help: "Deadline of a request that asks for none.")
        self.maxRequestTimeout = settings.duration(
            "max_request_timeout", default: .seconds(600), in: .milliseconds(10)...(.seconds(3600)),
            help: "Longest deadline that X-Request-Timeout may ask for.")
        self.drainDelay = settings.duration(
            "drain_delay", default: .zero, in: .zero ... .seconds(60),
            help: "How long readiness says no before the listener closes at shutdown.")
        self.shutdownTimeout = settings.duration(
            "shutdown_timeout", default: .seconds(20), in: .zero ... .seconds(600),
            help: "How long requests in flight may take at shutdown.")
        self.exposeConfig = settings.bool(
            "expose_config", default: false, help: "Answer GET /v1/config with the configuration, secrets redacted.")
        self.accessLog = settings.bool("access_log", default: true, help: "Log a line for each request.")
        settings.require(
            requestTimeout <= maxRequestTimeout, key: "request_timeout", "must be at most max_request_timeout")
    }
}
