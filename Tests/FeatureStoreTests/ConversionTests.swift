import FeatureStore
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Synchronization
import Testing

@Suite struct ConversionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A Gotenberg that answers what it got, behind a PDF's header.
    private func gotenberg(
        _ answer: @escaping @Sendable (_ form: String) -> Response
    ) throws -> ServiceApplication {
        let config = try testConfiguration(NLPConfig.self)
        let environment = testEnvironment()
        return try ServiceApplication(
            name: "gotenberg", version: "8", http: config.http, openAPI: "{}", telemetry: environment.telemetry,
            logger: environment.logger, dependencies: [], services: []
        ) { router in
            router.post("forms/libreoffice/convert") { request, context in
                answer(String(buffer: try await request.collectBody(context)))
            }
            router.get("version") { _, _ in "8.1.2" }
        }
    }

    private static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    @Test func gotenbergGetsAPageWithoutAddresses() async throws {
        try await withRunningService(try gotenberg { Self.text("%PDF-1.7\n" + $0) }) { url in
            try await StoreUnderTest.run(in: folder, flags: ["--conversion-gotenberg-url", url]) { store in
                let page = "<html><body><p>Hello <img src='http://169.254.169.254/'></p></body></html>"
                let answer = try await store.send(.POST, "/v1/documents", Array(page.utf8))
                let id = try answer.decode(AcceptedDocument.self).id
                let record = try await store.finished(id)
                #expect(record.status == .succeeded && record.mediaType == "text/html")
                #expect(record.steps[0].versions == ["service": "gotenberg", "gotenberg": "8.1.2", "step": "1"])
                let recognized: RecognizedDocument = try await store.get("/v1/documents/\(id)/steps/recognize")
                let form = recognized.pages[0].text
                #expect(form.contains("name=\"files\"; filename=\"document.html\""))
                #expect(form.contains("<p>Hello </p>"))
                #expect(!form.contains("169.254"))
            }
        }
    }

    @Test(arguments: [
        (400, "The document 'document.docx' is password-protected.", "encrypted_document"),
        (400, "the file is corrupt", "conversion_failed"),
    ])
    func gotenbergsRefusalIsFinal(status: Int, message: String, code: String) async throws {
        let application = try gotenberg { _ in Self.text(message, status: .init(code: status)) }
        try await withRunningService(application) { url in
            try await StoreUnderTest.run(in: folder, flags: ["--conversion-gotenberg-url", url]) { store in
                let answer = try await store.send(.POST, "/v1/documents", Array("plain".utf8))
                let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
                #expect(record.status == .failed && record.error?.code == code)
                #expect(record.steps[0].attempts == 1)
            }
        }
    }

    @Test func gotenbergsTimeOutIsTriedAgain() async throws {
        let calls = Mutex(0)
        let application = try gotenberg { form in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            return call == 1 ? Self.text("timed out", status: .serviceUnavailable) : Self.text("%PDF-1.7\nok")
        }
        try await withRunningService(application) { url in
            try await StoreUnderTest.run(in: folder, flags: ["--conversion-gotenberg-url", url]) { store in
                let answer = try await store.send(.POST, "/v1/documents", Array("plain".utf8))
                let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
                #expect(record.status == .succeeded)
                #expect(record.steps[0].attempts == 2)
            }
        }
    }

    @Test func missingConverterIsNamed() async throws {
        try await StoreUnderTest.run(in: folder, flags: ["--conversion-libreoffice", "/nowhere/soffice.bin"]) { store in
            let answer = try await store.send(.POST, "/v1/documents", Array("plain".utf8))
            let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
            #expect(record.status == .failed)
            #expect(record.error?.code == "conversion_unavailable" || record.error?.code == "conversion_failed")
        }
    }

    @Test(.enabled(if: Command.exists("soffice"), "LibreOffice is not installed"), .timeLimit(.minutes(3)))
    func libreOfficeMakesAPDFInTheSandbox() async throws {
        let seen = Mutex<[UInt8]>([])
        var services = Peers.services
        services.recognize = { document, type in
            seen.withLock { $0 = Array(document.readableBytesView) }
            return Peers.recognize(ByteBuffer(string: "\nx"))
        }
        try await StoreUnderTest.run(in: folder, services: services) { store in
            let answer = try await store.send(.POST, "/v1/documents", Array("<html><p>Hello".utf8))
            let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
            #expect(record.status == .succeeded, "\(record.error?.message ?? "")")
            #expect(record.steps[0].versions["libreoffice"]?.isEmpty == false)
            #expect(seen.withLock { $0 }.starts(with: Array("%PDF-".utf8)))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data/work")
            #expect(left.isEmpty)
        }
    }
}
