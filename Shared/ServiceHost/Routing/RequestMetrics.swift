import Synchronization
import Telemetry

/// The metric families of the HTTP side.
struct RequestMetrics: Sendable {
    let requests: MetricFamily<Counter>
    let durations: MetricFamily<Histogram>
    let requestBytes: MetricFamily<Counter>
    let responseBytes: MetricFamily<Counter>

    init(_ metrics: MetricsRegistry) {
        requests = metrics.counters(
            "http_requests_total", help: "Requests answered, by status.", labels: ["method", "route", "status"])
        durations = metrics.histograms(
            "http_request_duration_seconds", help: "Time from a request's head to the end of its answer.",
            labels: ["method", "route"])
        requestBytes = metrics.counters(
            "http_request_body_bytes_total", help: "Bytes of request bodies read.", labels: ["method", "route"])
        responseBytes = metrics.counters(
            "http_response_body_bytes_total", help: "Bytes of response bodies written.", labels: ["method", "route"])
    }

    func instruments(method: String, route: String) -> RouteInstruments {
        RouteInstruments(
            method: method, route: route, requests: requests, duration: durations.series(method, route),
            requestBytes: requestBytes.series(method, route), responseBytes: responseBytes.series(method, route))
    }
}

/// The series of one route, looked up once.
final class RouteInstruments: Sendable {
    let method: String
    let route: String
    /// Probes and scrapes: logged only at `debug`, so that they do not drown what matters.
    let isQuiet: Bool
    private let duration: Histogram
    private let requestBytes: Counter
    private let responseBytes: Counter
    private let requests: MetricFamily<Counter>
    private let byStatus = Mutex<[Int: Counter]>([:])

    init(
        method: String,
        route: String,
        requests: MetricFamily<Counter>,
        duration: Histogram,
        requestBytes: Counter,
        responseBytes: Counter
    ) {
        self.method = method
        self.route = route
        self.isQuiet = ["/health/live", "/health/ready", "/metrics"].contains(route)
        self.requests = requests
        self.duration = duration
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
    }

    func record(status: Int, duration elapsed: Duration, bytesIn: Int, bytesOut: Int) {
        let counter = byStatus.withLock { byStatus in
            if let counter = byStatus[status] { return counter }
            let counter = requests.series(method, route, String(status))
            byStatus[status] = counter
            return counter
        }
        counter.increment()
        duration.observe(elapsed)
        if bytesIn > 0 { requestBytes.increment(by: bytesIn) }
        if bytesOut > 0 { responseBytes.increment(by: bytesOut) }
    }
}
