import Crypto
import FoundationEssentials
import ServiceAPI

/// How far the sources that are ordered have been read; another source of the same view begins anew.
struct SourceCursors: Sendable {
    let engine: any StoreEngine

    func position(_ view: ViewVersion) async throws -> Int64? {
        let name = Self.name(view)
        return try await engine.read { db in
            try db.row("SELECT value FROM counter WHERE name = ?", name).map { Int64(try $0.int("value")) }
        }
    }

    func set(_ view: ViewVersion, to position: Int64) async throws {
        let name = Self.name(view)
        try await engine.write { db in
            _ = try db.execute(
                """
                INSERT INTO counter (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, name, position)
        }
    }

    private static func name(_ view: ViewVersion) -> String {
        let source = (try? view.definition.source.storedJSON()) ?? ""
        let digest = SHA256.hash(data: Data(source.utf8)).prefix(8).map { String($0, radix: 16) }.joined(separator: "-")
        return "source:\(view.id):\(digest)"
    }
}
