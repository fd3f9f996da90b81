package import Logging

/// What a service measures with and writes its logs to.
///
/// A value that is passed down: nothing here is global, so several services can live in one process and every test
/// has its own.
package struct Telemetry: Sendable {
    /// The service's metrics, served at `GET /metrics`.
    package let metrics: MetricsRegistry

    /// Where log lines and access log lines go.
    package let logs: LogSink

    /// How log lines look.
    package let format: LogFormat

    package init(service: String, version: String, logs: LogSink = .standardError, format: LogFormat = .json) {
        self.metrics = MetricsRegistry()
        self.logs = logs
        self.format = format
        metrics.registerBuildInfo(service: service, version: version)
        metrics.registerProcessMetrics()
        metrics.observedCounter("log_lines_dropped_total", help: "Log lines dropped because the log could not keep up.")
        {
            Double(logs.droppedLines)
        }
    }

    /// A logger that writes to this telemetry's sink in its format.
    package func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { label in
            LineLogHandler(label: label, sink: logs, format: format, logLevel: level)
        }
    }
}
