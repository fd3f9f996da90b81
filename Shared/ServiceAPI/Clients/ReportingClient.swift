package import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

/// Calls the reporting service.
package struct ReportingClient: Sendable {
    package let client: ServiceClient

    package init(baseURL: String, http: HTTPClient, timeout: Duration = .seconds(60)) {
        client = ServiceClient(service: "reporting", baseURL: baseURL, http: http, timeout: timeout)
    }

    /// Orders a report; it is made in the background.
    ///
    /// Not repeated on failure: each order is a report.
    package func create(_ request: ReportRequest) async throws -> AcceptedReport {
        try await client.send(.json(.POST, ["v1", "reports"], body: request)).decode(AcceptedReport.self)
    }

    package func report(_ id: String) async throws -> ReportRecord {
        try await client.send(ServiceCall(.GET, ["v1", "reports", id])).decode(ReportRecord.self)
    }

    package func pdf(_ id: String) async throws -> ByteBuffer {
        try await client.send(ServiceCall(.GET, ["v1", "reports", id, "pdf"])).body
    }

    package func html(_ id: String) async throws -> ByteBuffer {
        try await client.send(ServiceCall(.GET, ["v1", "reports", id, "html"])).body
    }
}
