import BackendABI
import Logging
import Synchronization
import Telemetry

/// What `quinion_scope` points to: the model version that a plugin's log lines and metrics are about.
final class BackendScope: Sendable {
    let logger: Logger
    private let labels: BackendMetrics.Labels
    private let metrics: BackendMetrics
    private let memory = Mutex<Int?>(nil)

    /// The gauge by which a plugin says what memory its model takes (quinion_backend.h).
    private static let memoryGauge = "memory_bytes"

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

    /// What the plugin says that the model takes; nil when it says nothing.
    var memoryBytes: Int? { memory.withLock { $0 } }

    func set(_ gauge: String, to value: Double) {
        if gauge == Self.memoryGauge, let bytes = Int(exactly: value.rounded()), bytes >= 0 {
            memory.withLock { $0 = bytes }
        }
        metrics.gauge(gauge, labels)?.set(value)
    }
}
