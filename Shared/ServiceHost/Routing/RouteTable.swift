import HTTPTypes
import Hummingbird
import ServiceAPI
import Telemetry

/// What is known about the routes once all are declared: their instruments, and which methods a path allows.
struct RouteTable: Sendable {
    private struct Entry: Sendable {
        let path: RouterPath
        let method: HTTPRequest.Method
    }

    private struct Key: Hashable, Sendable {
        let template: String
        let method: HTTPRequest.Method
    }

    private let entries: [Entry]
    private let instruments: [Key: RouteInstruments]
    private let unmatched: RouteInstruments
    private let unmatchedErrors: [(prefix: String, form: ErrorForm.Form)]

    init(
        _ routes: [ServiceRouter.RouteDescription],
        metrics: MetricsRegistry,
        unmatchedErrors: [String: ErrorForm.Form]
    ) {
        let families = RequestMetrics(metrics)
        var entries: [Entry] = []
        var instruments: [Key: RouteInstruments] = [:]
        for route in routes {
            let template = route.path.description
            entries.append(Entry(path: route.path, method: route.method))
            instruments[Key(template: template, method: route.method)] = families.instruments(
                method: route.method.rawValue, route: template)
            if route.method == .get {
                entries.append(Entry(path: route.path, method: .head))
                instruments[Key(template: template, method: .head)] = families.instruments(
                    method: "HEAD", route: template)
            }
        }
        self.entries = entries
        self.instruments = instruments
        // The path and the method of a request that no route takes are the caller's choice, so they are no labels.
        unmatched = families.instruments(method: "other", route: "unmatched")
        self.unmatchedErrors = unmatchedErrors.map { (prefix: $0.key, form: $0.value) }
            .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    func instruments(template: String?, method: HTTPRequest.Method) -> RouteInstruments {
        guard let template else { return unmatched }
        return instruments[Key(template: template, method: method)] ?? unmatched
    }

    /// 405 when the path exists with other methods, 404 otherwise.
    func unmatchedError(path: String, method: HTTPRequest.Method) -> (error: APIError, allow: String?) {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        let allowed = Set(entries.filter { matches($0.path, segments) }.map(\.method.rawValue)).sorted()
        guard !allowed.isEmpty, !allowed.contains(method.rawValue) else {
            return (.notFound("there is no resource at \(path.prefix(200))"), nil)
        }
        let list = allowed.joined(separator: ", ")
        let message = "\(method.rawValue) is not allowed at \(path.prefix(200)), only \(list)"
        return (APIError(status: 405, code: "method_not_allowed", message: message), list)
    }

    func unmatchedForm(path: String) -> ErrorForm.Form {
        unmatchedErrors.first { path.hasPrefix($0.prefix) }?.form ?? .quinion
    }

    private func matches(_ path: RouterPath, _ segments: [Substring]) -> Bool {
        let components = path.components
        for (index, component) in components.enumerated() {
            if component == .recursiveWildcard { return segments.count >= index }
            guard index < segments.count, component ~= segments[index] else { return false }
        }
        return components.count == segments.count
    }
}
