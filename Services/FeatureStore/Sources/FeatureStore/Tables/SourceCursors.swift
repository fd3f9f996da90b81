import Crypto
import FoundationEssentials
import GRDB
import ServiceAPI

/// How far this replica has read the sources that are ordered; another source of the same view begins anew.
struct SourceCursors: Sendable {
    let database: StoreDatabase

    func position(_ view: ViewVersion) async throws -> Int64? {
        let name = Self.name(view)
        return try await database.read { db in
            try Int64.fetchOne(db, sql: "SELECT value FROM counter WHERE name = ?", arguments: [name])
        }
    }

    func set(_ view: ViewVersion, to position: Int64) async throws {
        let name = Self.name(view)
        try await database.write { try $0.setCounter(name, to: position) }
    }

    private static func name(_ view: ViewVersion) -> String {
        let source = (try? view.definition.source.storedJSON()) ?? ""
        let digest = SHA256.hash(data: Data(source.utf8)).prefix(8).map { String($0, radix: 16) }.joined(separator: "-")
        return "source:\(view.id):\(digest)"
    }
}
