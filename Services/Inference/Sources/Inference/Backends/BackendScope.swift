import BackendABI
import Logging
import Telemetry

/// What `quinion_scope` points to: the model version that a plugin's log lines and metrics are about.
final class BackendScope: Sendable {
    let logger: Logger
    private let labels: BackendMetrics.Labels
    private let metrics: BackendMetrics

    init(backend: String, model: String, version: String, logger: Logger, metrics: BackendMetrics) {
        var logger = logger
        logger[metadataKey: "backend"] = "\(backend)"
        logger[metadataKey: "model"] = "\(model)"
        logger[metadataKey: "version"] = "\(version)"
        self.logger = logger
        self.labels = BackendMetrics.Labels(backend: backend, model: model, version: version)
        self.metrics = metrics
    }

    /// The pointer for a plugin, valid while the receiver is.
    var handle: OpaquePointer {
        OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
    }

    static func borrow(_ handle: OpaquePointer) -> BackendScope {
        Unmanaged<BackendScope>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    }

    func add(_ amount: UInt64, to counter: String) {
        metrics.counter(counter, labels)?.increment(by: Int(clamping: amount))
    }

    func set(_ gauge: String, to value: Double) {
        metrics.gauge(gauge, labels)?.set(value)
    }
}
