import DocumentRecognition
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

/// The service over HTTP, on good documents.
@Suite struct ServiceTests {
    @Test func theRawFormAndTheJSONFormSayTheSame() async throws {
        let bytes = try Fixture.bytes("enc-R3-V2-user-view-owner-master.pdf")
        try await RunningService.run { service in
            let raw = try await service.post(
                bytes, type: "application/pdf", query: "?password=view&pages=2&preview_width=64&name=a%20b.pdf")
            let request = RecognitionRequest(
                name: "a b.pdf", content: Data(buffer: bytes), password: "view", pages: "2", previewWidth: 64)
            let json = try await service.post(
                ByteBuffer(data: JSONEncoder().encode(request)), type: "application/json; charset=utf-8")
            #expect((raw.status, json.status) == (200, 200))
            var documents = try [raw, json].map { try $0.decoded(RecognizedDocument.self) }
            for index in documents.indices {
                documents[index].milliseconds = 0
                documents[index].pages[0].milliseconds = 0
            }
            #expect(documents[0] == documents[1])
            #expect(documents[0].pages[0].text == "Potato 1")
            #expect(documents[0].pages[0].preview?.width == 64)
        }
    }

    @Test func pagesCanBeStreamed() async throws {
        let answer = try await RunningService.run { service in
            try await service.post(
                Fixture.bytes("multi_page.pdf"), type: "application/pdf", headers: ["Accept": "application/x-ndjson"])
        }
        let lines = String(buffer: answer.body).split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines.first?.contains(#""page_count":5"#) == true)
        #expect(lines.last?.contains(#""status":"success""#) == true)
        struct Line: Decodable { var page: RecognizedPage }
        let pages = try lines[1...5].map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).page.number }
        #expect(pages.sorted() == [1, 2, 3, 4, 5])
    }

    @Test func theInterfaceIsTheOneThatIsDocumented() async throws {
        let config = try testConfiguration(DocumentRecognitionConfig.self)
        let application = try await DocumentRecognitionService.application(config, testEnvironment())
        struct Document: Decodable {
            struct Empty: Decodable {}
            var paths: [String: [String: Empty]]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(OpenAPIDocument.json.utf8))
        let documented = document.paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
        #expect(Set(documented) == Set(application.routes.map(\.description)))
    }
}
