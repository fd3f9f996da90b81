import FeatureStore
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import ServiceAPI
import Synchronization
import Testing

/// Steps that were given up, and having them tried again, on every engine.
@Suite struct DeadLetterTests {
    typealias Engine = StorageUnderTest.Engine

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func replay(_ store: StoreUnderTest, _ json: String) async throws -> StoreUnderTest.Answer {
        try await store.post("/v1/dead-letters/replay", json)
    }

    @Test(arguments: Engine.allCases) func givenUpStepsAreListedWithReasonsAndReplayed(_ engine: Engine) async throws {
        let isBroken = Mutex(true)
        var services = Peers.services
        services.recognize = { document, _ in
            let recognized = Peers.recognize(document)
            if recognized.text.contains("damaged"), isBroken.withLock({ $0 }) {
                throw APIError(status: 422, code: "document_damaged", message: "no page can be read")
            }
            return recognized
        }
        services.embed = { texts in
            if texts.contains(where: { $0.contains("odd") }), isBroken.withLock({ $0 }) {
                throw APIError.invalid("odd")
            }
            return texts.map(Peers.embed)
        }
        try await StoreUnderTest.run(in: folder, engine: engine, services: services) { store in
            let good = try await store.ingest("good")
            let damaged = try await store.ingest("damaged", name: "d.pdf")
            let odd = try await store.ingest("odd")
            for id in [good.id, damaged.id, odd.id] { _ = try await store.finished(id) }

            let page: DeadLetterPage = try await store.get("/v1/dead-letters")
            #expect(Set(page.deadLetters.map(\.documentID)) == [damaged.id, odd.id])
            let letter = try #require(page.deadLetters.first { $0.documentID == damaged.id })
            #expect(letter.step == "recognize" && letter.documentName == "d.pdf" && letter.attempts == 1)
            #expect(letter.failureClass == "permanent" && letter.code == "document_damaged")
            #expect(letter.message.contains("no page can be read"))
            // Pages follow each other.
            let first: DeadLetterPage = try await store.get("/v1/dead-letters?limit=1")
            let second: DeadLetterPage = try await store.get(
                "/v1/dead-letters?limit=1&cursor=\(first.nextCursor ?? "none")")
            #expect(first.deadLetters + second.deadLetters == page.deadLetters && second.nextCursor == nil)
            let filtered: DeadLetterPage = try await store.get("/v1/dead-letters?step=embed&class=permanent")
            #expect(filtered.deadLetters.map(\.documentID) == [odd.id])
            let none: DeadLetterPage = try await store.get("/v1/dead-letters?code=x%27%20OR%201=1--")
            #expect(none.deadLetters.isEmpty)

            isBroken.withLock { $0 = false }
            let some = try await replay(store, #"{"step":"embed"}"#)
            #expect(some.status == 202)
            #expect(try some.decode(ReplayAnswer.self) == ReplayAnswer(replayed: 1))
            #expect(try await store.finished(odd.id).status == .succeeded)
            #expect(try await store.finished(damaged.id).status == .failed)
            let rest = try await replay(store, #"{"documents":["\#(damaged.id.prefix(10))"]}"#)
            #expect(try rest.decode(ReplayAnswer.self) == ReplayAnswer(replayed: 1))
            let record = try await store.finished(damaged.id)
            #expect(record.status == .succeeded && record.features["page_count"]?.value == .int(1))
            let left: DeadLetterPage = try await store.get("/v1/dead-letters")
            #expect(left.deadLetters.isEmpty)
            #expect(try await replay(store, "{}").decode(ReplayAnswer.self) == ReplayAnswer(replayed: 0))
        }
    }

    @Test func badRequestsNameTheirField() async throws {
        try await StoreUnderTest.run(in: folder) { store in
            for (path, field) in [
                ("step=none", "step"), ("class=none", "class"), ("cursor=x", "cursor"), ("limit=0", "limit"),
                ("x=1", "x"),
            ] {
                let answer = try await store.send(.GET, "/v1/dead-letters?" + path)
                #expect(answer.status == 400 && answer.field == field, "\(path): \(answer.message)")
            }
            for (body, status, field) in [
                (#"{"step":"none"}"#, 422, "step"), (#"{"class":"none"}"#, 422, "class"),
                (#"{"limit":0}"#, 422, "limit"),
                (#"{"documents":["zz"]}"#, 400, "id"), (#"{"documents":[1]}"#, 422, "documents[0]"), ("[]", 422, nil),
            ] as [(String, Int, String?)] {
                let answer = try await replay(store, body)
                #expect(answer.status == status, "\(body): \(answer.status) \(answer.message)")
                if field != nil { #expect(answer.field == field, "\(body): \(answer.message)") }
            }
            #expect(try await store.send(.POST, "/v1/views/none/backfill").status == 404)
        }
    }

    /// Documents whose analysis ran with an earlier version of its code: the step and what was made from it run again.
    @Test func changedStepsAreBackfilled() async throws {
        try await StoreUnderTest.run(in: folder) { store in
            var ids: [String] = []
            for number in 0..<3 { ids.append(try await store.ingest("backfill \(number)").id) }
            var before: [String: DocumentRecord] = [:]
            for id in ids { before[id] = try await store.finished(id) }
            let none = try await store.send(.POST, "/v1/views/document/backfill")
            #expect(try none.decode(BackfillAnswer.self) == BackfillAnswer(reopened: 0, isComplete: true))

            let outside = try DatabaseQueue(path: folder.path + "/data/feature-store.sqlite")
            try await outside.write { try $0.execute(sql: "UPDATE step SET version = 0 WHERE name = 'analyze'") }
            let some = try await store.send(.POST, "/v1/views/document/backfill?limit=2")
            #expect(try some.decode(BackfillAnswer.self) == BackfillAnswer(reopened: 2, isComplete: false))
            for id in ids.prefix(2) { _ = try await store.finished(id) }
            let rest = try await store.send(.POST, "/v1/views/document/backfill")
            #expect(try rest.decode(BackfillAnswer.self) == BackfillAnswer(reopened: 1, isComplete: true))
            for id in ids {
                let after = try await store.finished(id)
                let old = try #require(before[id])
                #expect(after.status == .succeeded && after.features == old.features)
                // Recognition is not run again.
                #expect(after.steps[1] == old.steps[1])
                for (step, old) in zip(after.steps, old.steps).dropFirst(2) {
                    #expect(step.startedAt != old.startedAt && step.attempts == 1, "\(step.name)")
                }
            }
        }
    }

    /// With one worker held up, those who wait come by their priority.
    @Test(arguments: Engine.allCases) func interactiveDocumentsComeFirst(_ engine: Engine) async throws {
        let order = Mutex<[String]>([])
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        var services = Peers.services
        services.recognize = { document, name in
            order.withLock { $0.append(name) }
            if name == "first.pdf" {
                start.yield()
                for await _ in opened { break }
            }
            return Peers.recognize(document)
        }
        try await StoreUnderTest.run(
            in: folder, engine: engine, services: services, flags: ["--jobs-workers", "1"]
        ) { store in
            var ids = [try await store.ingest("first", name: "first.pdf").id]
            for await _ in started { break }
            for priority in ["bulk", "normal", "interactive"] {
                let answer = try await store.send(
                    .POST, "/v1/documents?priority=\(priority)&name=\(priority).pdf",
                    Array("%PDF-1.7\n\(priority)".utf8))
                ids.append(try answer.decode(AcceptedDocument.self).id)
            }
            open.yield()
            for id in ids { #expect(try await store.finished(id).status == .succeeded) }
            #expect(order.withLock { $0 } == ["first.pdf", "interactive.pdf", "normal.pdf", "bulk.pdf"])
            let bad = try await store.send(.POST, "/v1/documents?priority=none", Array("%PDF-1.7\nx".utf8))
            #expect(bad.status == 400 && bad.field == "priority")
        }
    }

    /// Four workers, but one conversion at a time.
    @Test func stepsHaveTheirOwnBounds() async throws {
        let load = Mutex<(now: Int, most: Int)>((0, 0))
        var services = Peers.services
        services.recognize = { document, _ in
            load.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            try await Task.sleep(for: .milliseconds(30))
            load.withLock { $0.now -= 1 }
            return Peers.recognize(document)
        }
        try await StoreUnderTest.run(
            in: folder, services: services, flags: ["--jobs-workers", "4", "--jobs-recognitions", "1"]
        ) { store in
            var ids: [String] = []
            for number in 0..<8 { ids.append(try await store.ingest("bounded \(number)").id) }
            for id in ids { #expect(try await store.finished(id).status == .succeeded) }
            #expect(load.withLock { $0.most } == 1)
        }
    }
}
