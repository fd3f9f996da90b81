import AsyncHTTPClient
import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import SuiteConfig
import Testing

/// Documents over HTTP, on every engine.
@Suite struct DocumentAPITests {
    typealias Engine = StorageUnderTest.Engine

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: Engine.allCases)
    func documentGoesThroughItsView(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let accepted = try await store.ingest("Pay 12.50 EUR now", name: "bill.pdf", metadata: ["case": "7"])
            #expect(accepted.created)
            // `printf '%%PDF-1.7\nPay 12.50 EUR now' | sha256sum`
            #expect(accepted.id == "47da396c3655a35f9f926fedbd147655080566b2a9e9a57e18cfb4bf8fc58e52")
            let record = try await store.finished(accepted.id)
            #expect(record.status == .succeeded)
            #expect(record.name == "bill.pdf" && record.metadata == ["case": "7"])
            #expect(record.mediaType == "application/pdf" && record.size == 26)
            #expect(record.view == "document@1")
            #expect(record.steps.map(\.name) == ["convert", "recognize", "analyze", "embed", "type", "features"])
            #expect(record.steps.allSatisfy { $0.status == .succeeded && $0.attempts == 1 && $0.finishedAt != nil })
            #expect(record.steps[1].versions == ["service": "document-recognition", "pdfium": "1", "step": "1"])
            #expect(record.features["amount_max"]?.value == .double(12.5))
            #expect(record.features["word_count"]?.value == .int(4))
            #expect(record.features["document_type"]?.value == .string("letter"))
            #expect(record.features["page_count"]?.eventTime == record.createdAt)
            #expect(record.excerpt == "Pay 12.50 EUR now")
            #expect(record.analysis?.language.code == "en")
            #expect(record.hasPreview)

            let recognized: RecognizedDocument = try await store.get("/v1/documents/\(accepted.id)/steps/recognize")
            #expect(recognized.pages.map(\.text) == ["Pay 12.50 EUR now"])
            #expect(recognized.pages[0].preview == nil)
            let preview = try await store.send(.GET, "/v1/documents/\(accepted.id)/preview")
            #expect(preview.headers.first(name: "Content-Type") == "image/png")
            #expect(Array(preview.body.readableBytesView.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        }
    }

    @Test(arguments: Engine.allCases)
    func contentComesBackAsAnAttachment(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let accepted = try await store.ingest("x", name: "Größe \".pdf")
            let content = try await store.send(.GET, "/v1/documents/\(accepted.id.prefix(8))/content")
            #expect(String(buffer: content.body) == "%PDF-1.7\nx")
            #expect(content.headers.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(content.headers.first(name: "ETag") == "\"\(accepted.id)\"")
            #expect(content.headers.first(name: "Content-Disposition")?.hasPrefix("attachment; ") == true)
            #expect(content.headers.first(name: "Content-Disposition")?.contains("Gr%C3%B6%C3%9Fe%20%22.pdf") == true)
        }
    }

    @Test(arguments: Engine.allCases)
    func sameBytesAreTheSameDocument(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let first = try await store.ingest("once", name: "first.pdf", metadata: ["a": "1", "b": "1"])
            let before = try await store.finished(first.id)
            let second = try await store.ingest("once", name: "second.pdf", metadata: ["b": "2", "c": "3"])
            #expect(second.id == first.id && !second.created && second.status == .succeeded)
            let after: DocumentRecord = try await store.get("/v1/documents/\(first.id)")
            #expect(after.name == "first.pdf")
            #expect(after.metadata == ["a": "1", "b": "2", "c": "3"])
            #expect(after.steps == before.steps)
            let page: DocumentPage = try await store.get("/v1/documents")
            #expect(page.documents.count == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func sameBytesAtOnceAreTheSameDocument(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let created = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await store.ingest("race").created } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(created.count { $0 } == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func base64InJSONIsADocumentToo(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let content = Data("%PDF-1.7\njson".utf8).base64EncodedString()
            let answer = try await store.send(
                .POST, "/v1/documents", Array(#"{"name":"j.pdf","content":"\#(content)","metadata":{"k":"v"}}"#.utf8),
                headers: [("Content-Type", "application/json")])
            #expect(answer.status == 202)
            let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
            #expect(record.name == "j.pdf" && record.metadata == ["k": "v"] && record.excerpt == "json")
        }
    }

    @Test(arguments: Engine.allCases)
    func metadataMayStandInTheQuery(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let client = FeatureStoreClient(baseURL: store.url, http: .shared)
            let accepted = try await client.ingest(
                ByteBuffer(string: "%PDF-1.7\nquery"), name: "q ü.pdf", metadata: ["case nr": "ä&=1"])
            let record = try await client.document(accepted.id, wait: .seconds(30))
            #expect(record.name == "q ü.pdf" && record.metadata == ["case nr": "ä&=1"])
            #expect(record.status == .succeeded)
            let page = try await client.documents(metadata: ["case nr": "ä&=1"])
            #expect(page.documents.map(\.id) == [accepted.id])
            #expect(try await client.features(accepted.id).features == record.features)
        }
    }

    @Test(arguments: Engine.allCases)
    func pagesFollowEachOther(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            var ids: [String] = []
            for number in 0..<7 {
                ids.append(
                    try await store.ingest("page \(number)", metadata: ["parity": number % 2 == 0 ? "even" : "odd"]).id)
            }
            for id in ids { _ = try await store.finished(id) }
            var seen: [String] = []
            var path = "/v1/documents?limit=3"
            for count in [3, 3, 1] {
                let page: DocumentPage = try await store.get(path)
                #expect(page.documents.count == count)
                seen += page.documents.map(\.id)
                path = "/v1/documents?limit=3&cursor=\(page.nextCursor ?? "none")"
                #expect((page.nextCursor == nil) == (count == 1))
            }
            #expect(seen == ids.reversed())

            let odd: DocumentPage = try await store.get(
                "/v1/documents?metadata.parity=odd&status=succeeded&type=letter")
            #expect(odd.documents.map(\.id) == [ids[5], ids[3], ids[1]])
            #expect(odd.documents.allSatisfy { $0.excerpt == nil && $0.analysis == nil })
            let none: DocumentPage = try await store.get("/v1/documents?metadata.parity=odd%27%20OR%201=1--")
            #expect(none.documents.isEmpty)
            let full: DocumentPage = try await store.get("/v1/documents?limit=1&include=excerpt,analysis")
            #expect(full.documents.first?.excerpt == "page 6" && full.documents.first?.analysis != nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func deletedDocumentLeavesNothing(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let kept = try await store.ingest("keep abc")
            let gone = try await store.ingest("gone xyz")
            for id in [kept.id, gone.id] { _ = try await store.finished(id) }
            #expect(try await store.search(SearchRequest(query: "xyz gone")).first?.documentID == gone.id)
            #expect(try await store.send(.DELETE, "/v1/documents/\(gone.id)").status == 204)
            #expect(try await store.send(.GET, "/v1/documents/\(gone.id)").status == 404)
            #expect(try await store.send(.DELETE, "/v1/documents/\(gone.id)").status == 404)
            #expect(try await store.send(.GET, "/v1/documents/\(gone.id)/features").status == 404)
            #expect(try await store.search(SearchRequest(query: "xyz gone")).map(\.documentID) == [kept.id])
            let path = folder.path + "/data/content/\(gone.id.prefix(2))/\(gone.id)"
            #expect(!FileManager.default.fileExists(atPath: path))
            // And it may come again.
            let again = try await store.ingest("gone xyz")
            #expect(again.created)
            #expect(try await store.finished(again.id).status == .succeeded)
            #expect(try await store.search(SearchRequest(query: "xyz gone")).first?.documentID == gone.id)
        }
    }

    @Test(arguments: Engine.allCases)
    func deletionCancelsTheWork(_ engine: Engine) async throws {
        var services = Peers.services
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, cancel) = AsyncStream.makeStream(of: Void.self)
        services.analyze = { _ in
            start.yield()
            do { try await Task.sleep(for: .seconds(60)) } catch { cancel.yield() }
            throw CancellationError()
        }
        try await StoreUnderTest.run(in: folder, engine: engine, services: services) { store in
            let accepted = try await store.ingest("slow")
            for await _ in started { break }
            #expect(try await store.send(.DELETE, "/v1/documents/\(accepted.id)").status == 204)
            for await _ in cancelled { break }
            #expect(try await store.send(.GET, "/v1/documents/\(accepted.id)").status == 404)
        }
    }

    @Test(arguments: Engine.allCases)
    func featuresAreReadAtATime(_ engine: Engine) async throws {
        try await StoreUnderTest.run(in: folder, engine: engine) { store in
            let accepted = try await store.ingest("Pay 1 EUR")
            let record = try await store.finished(accepted.id)
            let path = "/v1/documents/\(accepted.id)/features"
            let latest: DocumentFeatures = try await store.get(path)
            #expect(latest.features == record.features && !latest.features.isEmpty)
            let atArrival: DocumentFeatures = try await store.get(path + "?as_of=" + record.createdAt)
            #expect(atArrival.features == record.features)
            let before: DocumentFeatures = try await store.get(path + "?as_of=2020-01-01T00:00:00Z")
            #expect(before.features.isEmpty && before.asOf == "2020-01-01T00:00:00.000000Z")
            // When it arrived its features were not known yet.
            let known: DocumentFeatures = try await store.get(path + "?known_at=" + record.createdAt)
            #expect(known.features.isEmpty)
            let view: RegisteredView = try await store.get("/v1/views/document")
            #expect(Set(view.definition.features.map(\.name)) == Set(latest.features.keys))
        }
    }

    @Test(arguments: Engine.allCases)
    func waitEndsWhenTheDocumentIsDone(_ engine: Engine) async throws {
        var services = Peers.services
        services.recognize = { document, _ in
            try await Task.sleep(for: .milliseconds(300))
            return Peers.recognize(document)
        }
        try await StoreUnderTest.run(in: folder, engine: engine, services: services) { store in
            let accepted = try await store.ingest("wait")
            let early: DocumentRecord = try await store.get("/v1/documents/\(accepted.id)?wait=0")
            #expect(!early.status.isFinal)
            let start = ContinuousClock.now
            let record: DocumentRecord = try await store.get("/v1/documents/\(accepted.id)?wait=30")
            #expect(record.status == .succeeded)
            #expect(ContinuousClock.now - start < .seconds(29))
        }
    }

    @Test(arguments: Engine.allCases)
    func searchFindsTheBestPassageOfEachDocument(_ engine: Engine) async throws {
        for rows in ["100000", "1"] {  // In memory, and from the store beyond the bound.
            try await StoreUnderTest.run(
                in: folder, engine: engine, flags: ["--search-max-rows", rows, "--documents-passage-tokens", "32"]
            ) { store in
                let filler = String(repeating: "zzzz ", count: 30)
                let texts = ["abab \(filler)\nqqq qqq\n\(filler)", "qqqa \(filler)", "mmmm"]
                var ids: [String] = []
                for (number, text) in texts.enumerated() {
                    let id = try await store.ingest(text, name: "\(number).pdf", metadata: ["n": "\(number)"]).id
                    ids.append(id)
                    _ = try await store.finished(id)
                }
                let hits = try await store.search(SearchRequest(query: "mmm", limit: 2))
                #expect(hits.count == 2)
                #expect(hits[0].documentID == ids[2] && hits[0].name == "2.pdf" && hits[0].passage == "mmmm")
                #expect(abs(hits[0].score - 1) < 1e-5 && hits[0].page == 1 && hits[0].type == "letter")
                let filtered = try await store.search(
                    SearchRequest(query: "mmm", filters: .init(type: "letter", metadata: ["n": "1"])))
                #expect(filtered.map(\.documentID) == [ids[1]])
                #expect(try await store.search(SearchRequest(query: "m", filters: .init(status: .failed))).isEmpty)
            }
        }
    }

    @Test func interfaceIsTheDocumentedOne() async throws {
        let config = try testConfiguration(FeatureStoreConfig.self, ["--data-path", folder.path + "/data"])
        let application = try await FeatureStoreService.application(
            config, testEnvironment(), services: Peers.services)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let documented = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
        #expect(documented.sorted() == application.routes.map(\.description).sorted())
    }

    @Test func dataFolderHasOneOwner() async throws {
        try await StoreUnderTest.run(in: folder) { _ in
            await #expect(throws: FeatureStoreError.self) {
                try await StoreUnderTest.run(in: folder) { _ in }
            }
        }
        try await StoreUnderTest.run(in: folder) { _ in }
    }
}
