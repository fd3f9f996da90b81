package import NIOCore
import ServiceAPI

/// What the routes read of strangers' requests, without the routes: for a fuzzer.
package enum RequestParsing: UInt8, CaseIterable, Sendable {
    case online, rows, erase
    case feastOnline, feastPush, feastSearch, feastMaterialize
    case csv, jsonLines

    /// - Throws: what the route would answer.
    package func read(_ body: ByteBuffer, _ registry: RegistrySnapshot, now: Timestamp) throws {
        switch self {
        case .online:
            let request = try OnlineRequest(body)
            let selection = try FeatureSelection(
                features: request.features, services: request.services, fullNames: request.fullNames,
                registry: registry)
            for read in selection.views { Self.check(try request.entities.keys(of: read.view), request.entities.count) }
        case .rows: _ = try WriteRequest(body, registry: registry)
        case .erase: _ = try EraseRequest(body, registry: registry)
        case .feastOnline:
            let request = try FeastOnlineRequest(body)
            let selection = try FeatureSelection(
                features: request.features, services: request.service.map { [$0] } ?? [],
                fullNames: request.fullNames, registry: registry)
            for read in selection.views { Self.check(try request.entities.keys(of: read.view), request.entities.count) }
        case .feastPush:
            let request = try FeastWriteRequest(body, name: "push_source_name")
            for name in try registry.pushSource(request.name).featureViews {
                let rows = try request.frame.rows(for: try registry.view(name))
                precondition(rows.count == request.frame.rowCount, "\(rows.count) rows of \(request.frame.rowCount)")
            }
        case .feastSearch: _ = try FeastSearch(body).selection(registry)
        case .feastMaterialize: _ = try FeastMaterializeRequest(body, isIncremental: false, now: now)
        case .csv: try Self.table(body, .csv, registry)
        case .jsonLines: try Self.table(body, .jsonl, registry)
        }
    }

    private static func check(_ keys: some Collection<EntityKey>, _ rows: Int) {
        precondition(keys.count == rows, "\(keys.count) keys of \(rows) rows")
        precondition(keys.allSatisfy { $0.bytes.count <= EntityKey.most }, "a key is longer than may be stored")
    }

    private static func table(_ body: ByteBuffer, _ format: EntityTable.Format, _ registry: RegistrySnapshot) throws {
        let table = try EntityTable(
            Array(body.readableBytesView), format, views: registry.views.values.compactMap(\.last),
            timeColumn: "event_timestamp", added: ["added"], maxRows: 1000)
        precondition(table.times.count == table.rows.count, "\(table.times.count) times of \(table.rows.count) rows")
        for keys in table.keys { check(keys, table.rows.count) }
    }
}
