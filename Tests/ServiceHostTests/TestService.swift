import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceHost
import ServiceTesting
import SuiteConfig
import Telemetry

/// The configuration of the services these tests make up.
struct HostConfig: ServiceConfig {
    static let service = "test-service"

    var http: HTTPConfig
    var log: LogConfig

    init(_ settings: Settings) {
        http = HTTPConfig(settings.scoped("http"), port: 0)
        log = LogConfig(settings.scoped("log"))
    }
}

func testApplication(
    _ flags: [String] = [],
    telemetry: Telemetry = Telemetry(service: "test-service", version: "1", logs: .discarding),
    dependencies: [HealthDependency] = [],
    handlesOnConnections: Bool = false,
    immediate: ImmediateResponder? = nil,
    unmatchedErrors: [String: ErrorForm.Form] = [:],
    routes: (ServiceRouter) throws -> Void
) throws -> ServiceApplication {
    try ServiceApplication(
        name: HostConfig.service,
        version: "1",
        http: try testConfiguration(HostConfig.self, flags).http,
        openAPI: #"{"openapi":"3.1.0"}"#,
        telemetry: telemetry,
        logger: telemetry.logger(label: HostConfig.service, level: .debug),
        dependencies: dependencies,
        services: [],
        handlesOnConnections: handlesOnConnections,
        immediate: immediate,
        unmatchedErrors: unmatchedErrors,
        routes: routes
    )
}

/// A service's answer to one request.
struct Answer {
    let status: Int
    let headers: HTTPHeaders
    let body: String

    func header(_ name: String) -> String? { headers.first(name: name) }
}

/// Sends one request and reads the answer.
func send(
    _ method: String,
    _ url: String,
    headers: [String: String] = [:],
    body: String? = nil
) async throws -> Answer {
    var request = HTTPClientRequest(url: url)
    request.method = HTTPMethod(rawValue: method)
    request.headers = HTTPHeaders(headers.map { ($0.key, $0.value) })
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    let bytes = try await response.body.collect(upTo: 10 << 20)
    return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes))
}
