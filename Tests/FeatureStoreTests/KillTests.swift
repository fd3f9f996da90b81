import FeatureStore
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import ServiceAPI
import ServiceHost
import ServiceTesting
import Synchronization
import Testing

/// The executable, killed at random moments while it takes documents in.
@Suite struct KillTests {
    @Test(.timeLimit(.minutes(10))) func fiftyKillsLoseNothingAndRepeatNothing() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data"
        let seed = UInt64.random(in: 0...(.max))
        var random = SplitMix(seed: seed)
        var accepted: Set<String> = []
        var number = 0
        try await withRunningService(try Peers.application()) { peers in
            for _ in 0..<50 {
                let child = try await ChildStore(data: data, peers: peers)
                let store = child.store
                let patience = Duration.milliseconds(Int.random(in: 30...500, using: &random))
                accepted.formUnion(try await load(store, from: &number, patience: patience) { child.process.kill() })
            }
            let child = try await ChildStore(data: data, peers: peers)
            let store = child.store
            try await store.untilReady()
            #expect(accepted.count > 50, "seed \(seed): only \(accepted.count) documents were accepted")
            for id in accepted {
                let record = try await store.finished(id)
                #expect(record.status == .succeeded, "seed \(seed): \(id) \(record.error?.message ?? "")")
                let content = try await store.send(.GET, "/v1/documents/\(id)/content")
                #expect(content.status == 200 && content.body.readableBytes == record.size)
            }
            child.process.kill()
        }
        try verify(data, accepted: accepted, seed: seed)
    }

    /// Sends documents one after the other until `patience` after the first answer, then kills.
    /// - Returns: the ids that were answered with 202.
    private func load(
        _ store: StoreUnderTest, from number: inout Int, patience: Duration, kill: () -> Void
    ) async throws -> Set<String> {
        try await store.untilReady()
        let first = number
        let accepted = Mutex<Set<String>>([])
        let sender = Task {
            var next = first
            while !Task.isCancelled {
                let body = Array("%PDF-1.7\ndocument \(next) for 1 EUR".utf8)
                guard let answer = try? await store.send(.POST, "/v1/documents", body) else { break }
                #expect(answer.status == 202)
                let document = try answer.decode(AcceptedDocument.self)
                accepted.withLock { _ = $0.insert(document.id) }
                next += 1
            }
            return next
        }
        try await Task.sleep(for: patience)
        kill()
        sender.cancel()
        // The document on its way at the kill is not sent again.
        number = try await sender.value + 1
        return accepted.withLock { $0 }
    }

    /// Looks into the tables: each effect is there exactly once.
    private func verify(_ data: String, accepted: Set<String>, seed: UInt64) throws {
        let queue = try DatabaseQueue(path: data + "/feature-store.sqlite")
        try queue.read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            // A kill between commit and answer leaves documents that nobody was told of; they are whole, too.
            let stored = try String.fetchSet(db, sql: "SELECT id FROM document")
            #expect(stored.isSuperset(of: accepted), "seed \(seed)")
            let unfinished = try Int.fetchOne(db, sql: "SELECT count(*) FROM step WHERE status <> 'succeeded'")
            #expect(unfinished == 0)
            for table in ["step_result", "step"] {
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") == 6 * stored.count)
            }
            for table in ["feature_history", "feature_latest", "rendition"] {
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") == stored.count, "\(table)")
            }
            // One passage and the document as a whole.
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM passage") == 2 * stored.count)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM job WHERE done = 0") == 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/incoming").isEmpty)
    }
}
