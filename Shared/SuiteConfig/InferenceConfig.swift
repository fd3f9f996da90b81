/// Configuration of the inference service.
package struct InferenceConfig: HTTPServiceConfig {
    package static let service = "inference"

    /// Who decides which models are loaded, named as Triton's `--model-control-mode`.
    package enum ModelControl: String, Sendable, CaseIterable {
        /// All at start, and none later.
        case none
        /// All, and the repository is looked at for changes.
        case poll
        /// What the configuration names at start, then what clients load and unload.
        case explicit
    }

    package var http: HTTPConfig
    package var log: LogConfig
    /// Folder of the model repository; nil serves no model.
    package var modelsPath: String?
    package var modelControl: ModelControl
    /// Models loaded at start when control is explicit; `*` loads all.
    package var modelsLoad: [String]
    package var pollInterval: Duration
    /// Folder of this process alone for models that clients send; nil refuses them.
    package var uploadPath: String?
    /// Folder in which measured times outlive the process; nil keeps none.
    package var statePath: String?
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
    /// Whether clients may change the settings of logs and traces.
    package var remoteSettings: Bool
    /// Requests that take longer are logged; zero logs none.
    package var slowRequest: Duration

    package init(_ settings: Settings) {
        self.http = HTTPConfig(settings.scoped("http"), port: 8084)
        self.log = LogConfig(settings.scoped("log"))
        self.modelsPath = settings.optionalString(
            "models.path", help: "Folder of the model repository; without it no model is served.")
        self.modelControl = settings.choice(
            "models.control", default: .none,
            help:
                "none: load all models at start. poll: also look for changes. explicit: load what models.load names, then what clients ask for."
        )
        self.modelsLoad = settings.list(
            "models.load", default: [], help: "Models loaded at start when models.control is explicit; * loads all.")
        self.pollInterval = settings.duration(
            "models.poll_interval", default: .seconds(15), in: .milliseconds(100)...(.seconds(86_400)),
            help: "How often the repository is looked at when models.control is poll.")
        self.uploadPath = settings.optionalString(
            "models.upload_path",
            help:
                "Folder of this process alone for models that clients send when models.control is explicit; without it they are refused."
        )
        self.statePath = settings.optionalString(
            "state.path",
            help: "Folder in which the measured times of models outlive the process; without it each measures anew."
        )
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
        self.remoteSettings = settings.bool(
            "settings.remote", default: false,
            help: "Let clients change the settings of logs (/v2/logging) and traces (/v2/trace/setting).")
        self.slowRequest = settings.duration(
            "log.slow_request", default: .zero, in: .zero...(.seconds(3600)),
            help: "Requests that take longer are logged with where their time went; 0 logs none.")
    }
}
