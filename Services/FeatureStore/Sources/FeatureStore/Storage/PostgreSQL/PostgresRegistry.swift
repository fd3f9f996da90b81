import Foundation
import ServiceAPI

/// The registry's rows.
enum PostgresRegistry {
    static func load(_ session: borrowing PostgresSession) throws -> RegistrySnapshot {
        var snapshot = RegistrySnapshot.empty
        let generation = try session.query("SELECT value FROM counter WHERE name = 'registry'")
        snapshot.generation = generation.int(0, 0)
        let objects = try session.query("SELECT kind, name, definition FROM registry_object")
        for row in 0..<objects.count {
            let name = objects.text(row, 1)
            switch try DefinitionChange.Kind(stored: objects.text(row, 0)) {
            case .entity: snapshot.entities[name] = try decoded(objects.bytes(row, 2))
            case .featureService: snapshot.services[name] = try decoded(objects.bytes(row, 2))
            case .pushSource: snapshot.pushSources[name] = try decoded(objects.bytes(row, 2))
            case .onDemandView: snapshot.onDemandViews[name] = try decoded(objects.bytes(row, 2))
            case .featureView: break
            }
        }
        let views = try session.query(
            "SELECT id, version, definition, join_keys, columns, removed FROM registry_view ORDER BY name, version")
        for row in 0..<views.count {
            snapshot.add(
                ViewVersion(
                    id: views.int(row, 0), version: Int(views.int(row, 1)),
                    definition: try decoded(views.bytes(row, 2)),
                    joinKeys: try decoded(views.bytes(row, 3)), columns: try decoded(views.bytes(row, 4))),
                isRemoved: views.bool(row, 5))
        }
        return snapshot
    }

    static func carryOut(_ plan: RegistryPlan, _ session: borrowing PostgresSession, at now: Timestamp) throws {
        guard !plan.operations.isEmpty else { return }
        for operation in plan.operations {
            switch operation {
            case .entity(let entity): try put(.entity, entity.name, entity, session)
            case .service(let service): try put(.featureService, service.name, service, session)
            case .pushSource(let source): try put(.pushSource, source.name, source, session)
            case .onDemandView(let name, let view): try put(.onDemandView, name, view, session)
            case .view(let view): try put(view, session, at: now)
            case .remove(.featureView, let name):
                try session.query("UPDATE registry_view SET removed = true WHERE name = $1", [.text(name)])
            case .remove(let kind, let name):
                try session.query(
                    "DELETE FROM registry_object WHERE kind = $1 AND name = $2", [.text(kind.rawValue), .text(name)])
            }
        }
        try session.query(
            "UPDATE counter SET value = $1 WHERE name = 'registry'", [.int(plan.result.generation)])
    }

    private static func put(
        _ kind: DefinitionChange.Kind, _ name: String, _ definition: some Encodable,
        _ session: borrowing PostgresSession
    ) throws {
        try session.query(
            """
            INSERT INTO registry_object (kind, name, definition) VALUES ($1, $2, $3)
            ON CONFLICT (kind, name) DO UPDATE SET definition = excluded.definition
            """,
            [.text(kind.rawValue), .text(name), .text(try definition.storedJSON())])
    }

    private static func put(_ view: ViewVersion, _ session: borrowing PostgresSession, at now: Timestamp) throws {
        try session.query(
            """
            INSERT INTO registry_view (id, name, version, definition, join_keys, columns, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, columns = excluded.columns
            """,
            [
                .int(view.id), .text(view.name), .int(Int64(view.version)), .text(try view.definition.storedJSON()),
                .text(try view.joinKeys.storedJSON()), .text(try view.columns.storedJSON()), .int(now.microseconds),
            ])
    }

    private static func decoded<T: Decodable>(_ bytes: [UInt8]) throws -> T {
        try JSONDecoder().decode(T.self, from: Data(bytes))
    }
}
