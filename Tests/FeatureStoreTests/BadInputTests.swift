import FeatureStore
import Foundation
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import Testing

/// What callers must not send, and what they are told.
@Suite struct BadInputTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func officeBomb() -> [UInt8] {
        var zip = ZipBuilder()
        zip.add("[Content_Types].xml", [1])
        zip.add("word/document.xml", [UInt8](repeating: 0, count: 1000), uncompressed: 512 << 20)
        return zip.archive()
    }

    @Test func refusedDocuments() async throws {
        try await StoreUnderTest.run(
            in: folder, flags: ["--documents-max-size", "64KiB", "--documents-max-json-size", "32KiB"]
        ) { store in
            let json = [("Content-Type", "application/json")]
            let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
            let cases: [(String, [UInt8], [(String, String)], Int, String)] = [
                ("empty", [], [], 422, "empty_document"),
                ("random", [0x13, 0x37, 0, 1, 2, 3], [], 415, "unsupported_media_type"),
                ("text with NUL", Array("a\0b".utf8), [], 415, "unsupported_media_type"),
                ("oversize", [UInt8](repeating: 0x61, count: 65 << 10), [], 413, "too_large"),
                ("bomb", Self.officeBomb(), [], 422, "archive_bomb"),
                ("cut zip", [0x50, 0x4B, 3, 4, 20, 0], [], 422, "damaged_document"),
                ("JSON without content", Array(#"{"name":"x"}"#.utf8), json, 422, "invalid"),
                ("content no base64", Array(#"{"content":"***"}"#.utf8), json, 400, "invalid_request"),
                ("deep JSON", Array(deep.utf8), json, 400, "malformed_json"),
                ("cut JSON", Array(#"{"content":"#.utf8), json, 400, "malformed_json"),
                ("oversize JSON", [UInt8](repeating: 0x20, count: 33 << 10), json, 413, "too_large"),
                ("metadata no JSON", Array("text".utf8), [("X-Document-Metadata", "{")], 400, "invalid_request"),
                ("metadata number", Array("text".utf8), [("X-Document-Metadata", #"{"a":1}"#)], 400, "invalid_request"),
                (
                    "metadata with NUL", Array("text".utf8), [("X-Document-Metadata", #"{"a":"\u0000"}"#)], 400,
                    "invalid_request"
                ),
                (
                    "metadata key too long", Array("text".utf8),
                    [("X-Document-Metadata", "{\"\(String(repeating: "k", count: 129))\":\"\"}")], 400,
                    "invalid_request"
                ),
            ]
            for (name, body, headers, status, code) in cases {
                let answer = try await store.send(.POST, "/v1/documents", body, headers: headers)
                #expect(answer.status == status, "\(name): \(answer.message)")
                #expect(answer.code == code, "\(name): \(answer.message)")
                #expect(!answer.message.isEmpty)
            }
            let page: DocumentPage = try await store.get("/v1/documents")
            #expect(page.documents.isEmpty)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data/incoming")
            #expect(left.isEmpty)
        }
    }

    @Test func everyMagicNumberWithRandomBytesIsStoredOrRefused() async throws {
        var services = Peers.services
        services.recognize = { _, _ in throw APIError.invalid("damaged") }
        try await StoreUnderTest.run(in: folder, services: services, flags: ["--conversion-libreoffice", "/nowhere"]) {
            store in
            var random = SplitMix(seed: 7)
            let magics: [[UInt8]] = [
                Array("%PDF-".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF],
                [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], Array("RIFF0000WEBP".utf8), [0x50, 0x4B, 3, 4],
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Array("{\\rtf".utf8), Array("<html>".utf8),
            ]
            for magic in magics {
                let bytes = magic + (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }
                let answer = try await store.send(.POST, "/v1/documents", bytes)
                #expect([202, 415, 422].contains(answer.status), "\(magic): \(answer.status)")
                guard answer.status == 202 else { continue }
                let record = try await store.finished(try answer.decode(AcceptedDocument.self).id)
                #expect(record.status == .failed && record.error?.message.isEmpty == false)
            }
        }
    }

    @Test func refusedReads() async throws {
        try await StoreUnderTest.run(in: folder) { store in
            let id = try await store.ingest("text").id
            _ = try await store.finished(id)
            let cases: [(String, Int, String)] = [
                ("/v1/documents/zz", 400, "invalid_request"), ("/v1/documents/abc", 400, "invalid_request"),
                ("/v1/documents/" + String(repeating: "a", count: 65), 400, "invalid_request"),
                ("/v1/documents/" + String(repeating: "0", count: 64), 404, "not_found"),
                ("/v1/documents/\(id)/steps/none", 404, "not_found"),
                ("/v1/documents/..%2F..%2Fetc%2Fpasswd/content", 400, "invalid_request"),
                ("/v1/documents/\(id)?wait=-1", 400, "invalid_request"),
                ("/v1/documents/\(id)?wait=nan", 400, "invalid_request"),
                ("/v1/documents/\(id)?wiat=1", 400, "invalid_request"),
                ("/v1/documents?limit=0", 400, "invalid_request"), ("/v1/documents?limit=201", 400, "invalid_request"),
                ("/v1/documents?cursor=x", 400, "invalid_request"),
                ("/v1/documents?status=odd", 400, "invalid_request"),
                ("/v1/documents?include=all", 400, "invalid_request"),
                ("/v1/documents/\(id)/features?as_of=yesterday", 400, "invalid_request"),
                ("/v1/views/none", 404, "feature_view_not_found"), ("/v1/none", 404, "not_found"),
            ]
            for (path, status, code) in cases {
                let answer = try await store.send(.GET, path)
                #expect(answer.status == status && answer.code == code, "\(path): \(answer.status) \(answer.message)")
            }
            #expect(try await store.send(.PUT, "/v1/documents").status == 405)
        }
    }

    @Test func refusedSearches() async throws {
        try await StoreUnderTest.run(in: folder) { store in
            let json = [("Content-Type", "application/json")]
            let cases: [(String, [(String, String)], Int)] = [
                ("", json, 400), ("{", json, 400), ("{}", json, 422), (#"{"query":""}"#, json, 400),
                (#"{"query":" "}"#, json, 400), (#"{"query":"x","limit":0}"#, json, 400),
                (#"{"query":"x","limit":101}"#, json, 400), (#"{"query":"x","limit":1.5}"#, json, 422),
                (#"{"query":"x","filters":{"status":"odd"}}"#, json, 422), (#"{"query":7}"#, json, 422),
                (#"{"query":"x"}"#, [("Content-Type", "text/plain")], 415),
                ("{\"query\":\"\(String(repeating: "x", count: 8193))\"}", json, 400),
                ("{\"query\":\"\(String(repeating: "x", count: 65 << 10))\"}", json, 413),
                // A lone surrogate is no text.
                (#"{"query":"\ud800"}"#, json, 400),
            ]
            for (body, headers, status) in cases {
                let answer = try await store.send(.POST, "/v1/search", Array(body.utf8), headers: headers)
                #expect(answer.status == status, "\(body.prefix(60)): \(answer.status) \(answer.message)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func memoryStaysFlat() async throws {
        try await withRunningService(try Peers.application()) { peers in
            let child = try await ChildStore(data: folder.path + "/data", peers: peers)
            let store = child.store
            try await store.untilReady()
            func repeats(_ count: Int) async throws {
                for number in 0..<count {
                    let refused = try await store.send(.POST, "/v1/documents", Self.officeBomb())
                    #expect(refused.status == 422, "\(number)")
                    _ = try await store.ingest("the same " + String(repeating: "x", count: 10_000))
                }
            }
            try await repeats(300)
            let before = child.process.residentMemory()
            try await repeats(1000)
            let growth = child.process.residentMemory() - before
            // A leak of the 10 kB bodies alone would be 10 MB.
            #expect(growth < 8 << 20, "grew by \(growth) bytes")
            child.process.kill()
        }
    }
}
