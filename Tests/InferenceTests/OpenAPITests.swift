import FoundationEssentials
import Inference
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

@Suite struct OpenAPITests {
    private struct Document: Decodable {
        var paths: [String: [String: Operation]]

        struct Operation: Decodable {
            var operationId: String
        }
    }

    @Test func theDocumentNamesExactlyTheRoutes() throws {
        let config = try testConfiguration(InferenceConfig.self)
        let routes = try InferenceService.application(config, testEnvironment()).routes
        let document = try JSONDecoder().decode(Document.self, from: Data(OpenAPIDocument.json.utf8))
        let declared = document.paths.flatMap { path, operations in
            operations.keys.map { "\($0.uppercased()) \(path)" }
        }
        #expect(Set(declared) == Set(routes.map(\.description)))
        #expect(declared.count == routes.count)
    }
}
