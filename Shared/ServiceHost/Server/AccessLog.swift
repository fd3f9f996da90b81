import HTTPTypes
import Hummingbird
import Logging
import Telemetry

/// Writes one line for each answered request, past the logger's dictionaries.
struct AccessLog: Sendable {
    let label: String
    let telemetry: Telemetry
    let isEnabled: Bool
    /// The logger's level: at `debug` and below probes are logged too.
    let level: Logger.Level

    func record(
        _ request: Request,
        state: RequestState,
        instruments: RouteInstruments,
        status: Int,
        elapsed: Duration,
        bytesOut: Int
    ) {
        guard isEnabled else { return }
        let lineLevel: Logger.Level = status >= 500 ? .warning : instruments.isQuiet ? .debug : .info
        guard lineLevel >= level else { return }
        let (seconds, attoseconds) = elapsed.components
        let microseconds = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
        var line = LogLine(format: telemetry.format, level: lineLevel, label: label, message: "request")
        line.add("method", request.method.rawValue)
        line.add("route", instruments.route)
        line.add("path", String(request.uri.path.prefix(256)))
        line.add("status", status)
        line.add("duration_ms", thousandths: microseconds)
        line.add("bytes_in", state.bytesRead)
        line.add("bytes_out", bytesOut)
        line.add("request_id", state.scope.requestID)
        line.add("trace_id", state.scope.trace.traceID.description)
        telemetry.logs.write(line.finish())
    }
}
