import Synchronization
import Telemetry

/// The metrics that plugins name themselves, told apart by backend, model and version.
///
/// A name comes from foreign code: it is checked, prefixed and counted before the registry sees it.
final class BackendMetrics: Sendable {
    struct Labels: Sendable {
        var backend: String
        var model: String
        var version: String
    }

    private struct Families {
        var counters: [String: MetricFamily<Counter>] = [:]
        var gauges: [String: MetricFamily<Gauge>] = [:]
        var count: Int { counters.count + gauges.count }
    }

    private static let nameLimit = 64
    private static let labelNames = ["backend", "model", "version"]

    private let registry: MetricsRegistry
    private let families = Mutex(Families())

    init(registry: MetricsRegistry) {
        self.registry = registry
    }

    /// Nil when the name is none or there are too many.
    func counter(_ name: String, _ labels: Labels) -> Counter? {
        let family = families.withLock { families -> MetricFamily<Counter>? in
            if let family = families.counters[name] { return family }
            guard families.count < Self.nameLimit, Self.isName(name) else { return nil }
            let family = registry.counters(
                "quinion_backend_\(name)_total", help: "Counted by the backend's plugin.", labels: Self.labelNames)
            families.counters[name] = family
            return family
        }
        return family?.series(labels.backend, labels.model, labels.version)
    }

    /// Nil when the name is none or there are too many.
    func gauge(_ name: String, _ labels: Labels) -> Gauge? {
        let family = families.withLock { families -> MetricFamily<Gauge>? in
            if let family = families.gauges[name] { return family }
            guard families.count < Self.nameLimit, Self.isName(name) else { return nil }
            let family = registry.gauges(
                "quinion_backend_\(name)", help: "Set by the backend's plugin.", labels: Self.labelNames)
            families.gauges[name] = family
            return family
        }
        return family?.series(labels.backend, labels.model, labels.version)
    }

    /// `[a-z][a-z0-9_]*` of at most 48 bytes that no counter's or histogram's name can equal.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first, name.utf8.count <= 48,
            !["_total", "_bucket", "_sum", "_count"].contains(where: name.hasSuffix)
        else { return false }
        return name.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || $0 == UInt8(ascii: "_")
        }
    }
}
