import ServiceAPI
package import Telemetry

/// What the service counts besides its requests.
package struct RecognitionMetrics: Sendable {
    private let pages: MetricFamily<Counter>
    private let seconds: MetricFamily<Histogram>

    package init(_ metrics: MetricsRegistry) {
        pages = metrics.counters(
            "recognition_pages_total", help: "Pages read, by how and with what outcome.", labels: ["method", "outcome"])
        seconds = metrics.histograms(
            "recognition_page_seconds", help: "Time in the reading process, by page.", labels: ["method"])
    }

    func record(_ page: RecognizedPage) {
        // Error codes are a short list of our own, so they may be labels.
        pages.series(page.method.rawValue, page.error?.code ?? "success").increment()
        if page.error == nil { seconds.series(page.method.rawValue).observe(.milliseconds(page.milliseconds)) }
    }
}
