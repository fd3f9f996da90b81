import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import SuiteConfig
import Telemetry

/// The routes that every service has.
struct OperationalRoutes {
    let gate: ReadinessGate
    let metrics: MetricsRegistry
    let openAPI: String
    /// `nil` when the configuration is not shown.
    let settings: SettingsReport?

    func add(to router: ServiceRouter) {
        router.get("health/live") { _, _ in
            JSONResponse(["status": "ok"])
        }
        router.get("health/ready") { [gate] _, _ in
            let report = await gate.report()
            return JSONResponse(report, status: report.isReady ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { [metrics] _, _ in
            text(metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("openapi.json") { [openAPI] _, _ in
            text(openAPI, type: "application/json; charset=utf-8")
        }
        if let settings {
            router.get("v1/config") { _, _ in
                JSONResponse(
                    [
                        "settings": settings.current.map {
                            ["key": $0.key, "value": $0.text, "source": $0.source.description]
                        }
                    ]
                )
            }
        }
    }
}

private func text(_ text: String, type: String) -> Response {
    Response(
        status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}
