package import Logging

/// A `LogHandler` that writes one line per event to a `LogSink`.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let sink: LogSink
    private let format: LogFormat

    package init(label: String, sink: LogSink, format: LogFormat, logLevel: Logger.Level) {
        self.label = label
        self.sink = sink
        self.format = format
        self.logLevel = logLevel
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = LogLine(format: format, level: event.level, label: label, message: event.message.description)
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = .string(String(describing: error)) }
        line.add(all)
        sink.write(line.finish())
    }
}
