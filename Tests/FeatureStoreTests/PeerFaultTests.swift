import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import Synchronization
import Testing

/// Other services that are full, slow, wrong or gone.
@Suite struct PeerFaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(
        fail: @escaping @Sendable (_ path: String, _ call: Int) -> APIError?,
        _ body: (StoreUnderTest) async throws -> Void
    ) async throws {
        try await withRunningService(try Peers.application(fail: fail)) { url in
            try await StoreUnderTest.run(
                in: folder, services: nil, flags: ["--services-nlp", url, "--services-document-recognition", url], body)
        }
    }

    /// The document as soon as an attempt at the step has failed.
    private func failing(_ step: StepName, of id: String, in store: StoreUnderTest) async throws -> DocumentRecord {
        for _ in 0..<300 {
            let record: DocumentRecord = try await store.get("/v1/documents/\(id)")
            if record.steps.contains(where: { $0.name == step.rawValue && $0.error != nil }) { return record }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("step \(step) does not fail")
        return try await store.get("/v1/documents/\(id)")
    }

    @Test func fullServiceIsWaitedFor() async throws {
        try await run { path, call in
            // The client itself asks three times.
            path == "analyze" && call <= 3 ? .overloaded("full", retryAfter: .seconds(1)) : nil
        } _: { store in
            let record = try await store.finished(try await store.ingest("later").id)
            #expect(record.status == .succeeded)
            #expect(record.steps.first { $0.name == "analyze" }?.attempts == 2)
            // The steps before it were not run again.
            #expect(record.steps.first { $0.name == "recognize" }?.attempts == 1)
        }
    }

    @Test func refusedDocumentFailsWithTheServicesReason() async throws {
        try await run { path, _ in
            path == "recognize" ? APIError(status: 422, code: "document_encrypted", message: "needs a password") : nil
        } _: { store in
            let record = try await store.finished(try await store.ingest("secret").id)
            #expect(record.status == .failed)
            #expect(record.error?.code == "document_encrypted")
            #expect(record.error?.message.contains("needs a password") == true)
            #expect(record.steps.map(\.status) == [.succeeded, .failed, .skipped, .skipped, .skipped, .skipped])
            #expect(record.features.isEmpty)
        }
    }

    @Test func documentWithoutAnalysisIsPartialAndCanBeRetried() async throws {
        let isBroken = Mutex(true)
        try await run { path, _ in
            path == "embed" && isBroken.withLock { $0 } ? .invalid("no") : nil
        } _: { store in
            let id = try await store.ingest("half 5.5 EUR").id
            let record = try await store.finished(id)
            #expect(record.status == .partial)
            #expect(record.features["amount_max"]?.value == .double(5.5))
            #expect(record.features["passage_count"]?.value == .null)
            isBroken.withLock { $0 = false }
            #expect(try await store.send(.POST, "/v1/documents/\(id)/retry").status == 202)
            let retried = try await store.finished(id)
            #expect(retried.status == .succeeded)
            #expect(retried.features["passage_count"]?.value == .int(1))
            #expect(retried.steps.first { $0.name == "recognize" } == record.steps.first { $0.name == "recognize" })
            #expect(try await store.send(.POST, "/v1/documents/\(id)/retry").status == 409)
        }
    }

    @Test func missingServiceDoesNotKeepDocumentsOut() async throws {
        try await StoreUnderTest.run(
            in: folder, services: nil,
            flags: ["--services-nlp", "http://127.0.0.1:1", "--services-document-recognition", "http://127.0.0.1:1"],
            connectTimeout: .milliseconds(200)
        ) { store in
            let id = try await store.ingest("waits").id
            let record = try await failing(.recognize, of: id, in: store)
            #expect(!record.status.isFinal)
            let step = try #require(record.steps.first { $0.name == "recognize" })
            #expect(step.attempts >= 1 && step.error?.message.contains("document-recognition") == true)
            #expect(try await store.send(.GET, "/health/ready").status == 200)
            let search = try await store.send(
                .POST, "/v1/search", Array(#"{"query":"x"}"#.utf8),
                headers: [("Content-Type", "application/json"), ("X-Request-Timeout", "5")])
            #expect([502, 503, 504].contains(search.status), "\(search.status)")
        }
        // The service is back when the store starts again: the document was kept.
        try await StoreUnderTest.run(in: folder) { store in
            let page: DocumentPage = try await store.get("/v1/documents")
            let id = try #require(page.documents.first?.id)
            #expect(try await store.finished(id).status == .succeeded)
        }
    }

    @Test func wrongAnswersAreNotStored() async throws {
        var services = Peers.services
        services.embed = { _ in [] }
        try await StoreUnderTest.run(in: folder, services: services) { store in
            let id = try await store.ingest("text").id
            let record = try await failing(.embed, of: id, in: store)
            #expect(record.steps.first { $0.name == "embed" }?.error?.code == "invalid_answer")
        }
    }
}
