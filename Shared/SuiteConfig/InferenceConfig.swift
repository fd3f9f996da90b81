/// Configuration of the inference service.
package struct InferenceConfig: HTTPServiceConfig {
    package static let service = "inference"

    package var http: HTTPConfig
    package var log: LogConfig
    /// Folder of the model repository; nil serves no model.
    package var modelsPath: String?
    /// Plugin files by backend name.
    package var backendPlugins: [String: String]
    /// Where plugins that `backendPlugins` does not name are looked for, as `libquinion_NAME.so`.
    package var backendsPath: String?
    /// Program that runs the engine of a model with isolation; nil: `quinion-engine` beside the plugin.
    package var backendsEngine: String?
    /// Body limit of an inference request, in bytes.
    package var maxBody: Int
    /// Bytes that the outputs of one execution may take.
    package var maxOutput: Int
    /// Inference requests that are read, wait or run at once.
    package var maxRequests: Int
    /// Whether the service is ready only when every model is.
    package var strictReadiness: Bool

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8084)
        self.log = LogConfig(settings.scoped("log"))
        self.modelsPath = settings.optionalString(
            "models.path", help: "Folder of the model repository; without it no model is served.")
        self.backendPlugins = settings.json(
            "backends.plugins", default: [:],
            allowed:
                "an object of plugin files by backend name, such as {\"openvino\": \"/opt/libquinion_openvino.so\"}",
            help: "Plugin file of each backend. Opened when the first model needs it.")
        self.backendsPath = settings.optionalString(
            "backends.path",
            help: "Folder in which libquinion_NAME.so is looked for when backends.plugins does not name the backend.")
        self.backendsEngine = settings.optionalString(
            "backends.engine",
            help:
                "Program that runs a model's engine in a process of its own; by default quinion-engine beside the plugin."
        )
        let limits = settings.scoped("limits")
        self.maxBody = limits.bytes(
            "body", default: 64 << 20, in: 1024...(1 << 30), help: "Largest body of an inference request.")
        self.maxOutput = limits.bytes(
            "output", default: 256 << 20, in: 1024...(1 << 30),
            help: "Memory that the outputs of one execution may take; more fails the request.")
        self.maxRequests = limits.int(
            "requests", default: 256, in: 1...100_000,
            help: "Inference requests that are read, wait or run at once, over all models; more are answered 503.")
        self.strictReadiness = settings.bool(
            "readiness.strict", default: false,
            help: "Be ready only when every model is; else ready once every model was tried.")
    }
}
