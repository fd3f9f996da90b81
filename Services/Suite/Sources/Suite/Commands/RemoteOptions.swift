import ArgumentParser
import AsyncHTTPClient
import Foundation
import ServiceAPI

/// Where running services answer, and how results are printed.
struct RemoteOptions: ParsableArguments {
    @Option(help: .init("Where feature-store answers.", valueName: "url"))
    var featureStore = "http://127.0.0.1:8081"

    @Option(help: .init("Where reporting answers.", valueName: "url"))
    var reporting = "http://127.0.0.1:8085"

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    /// Calls `body` with clients of the services; failures become a message and an exit code.
    func withClients<Value: Sendable>(_ body: (Clients) async throws -> Value) async throws -> Value {
        let httpClient = HTTPClient(eventLoopGroupProvider: .singleton)
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(Clients(featureStore: featureStore, reporting: reporting, httpClient: httpClient)))
        } catch let error as ServiceError {
            result = .failure(CommandError(ExitStatus.unavailable, error.description))
        } catch {
            result = .failure(error)
        }
        try? await httpClient.shutdown()
        return try result.get()
    }
}

/// The clients that commands use.
struct Clients: Sendable {
    let documents: FeatureStoreClient
    let reports: ReportingClient

    init(featureStore: String, reporting: String, httpClient: HTTPClient) {
        documents = FeatureStoreClient(baseURL: featureStore, http: httpClient)
        reports = ReportingClient(baseURL: reporting, http: httpClient)
    }
}

/// A value as JSON for machines, keys sorted.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
