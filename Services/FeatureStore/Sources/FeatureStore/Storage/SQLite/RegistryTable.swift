import Foundation
import GRDB
import ServiceAPI

/// The registry's rows.
enum RegistryTable {
    static func load(_ db: Database) throws -> RegistrySnapshot {
        var snapshot = RegistrySnapshot.empty
        snapshot.generation = try db.counter("registry")
        for row in try Row.fetchAll(db, sql: "SELECT kind, name, definition FROM registry_object") {
            let (name, definition): (String, String) = (row["name"], row["definition"])
            switch try DefinitionChange.Kind(stored: row["kind"]) {
            case .entity: snapshot.entities[name] = try decoded(definition)
            case .featureService: snapshot.services[name] = try decoded(definition)
            case .pushSource: snapshot.pushSources[name] = try decoded(definition)
            case .onDemandView: snapshot.onDemandViews[name] = try decoded(definition)
            case .featureView: break
            }
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM registry_view ORDER BY name, version") {
            snapshot.add(
                ViewVersion(
                    id: row["id"], version: row["version"], definition: try decoded(row["definition"]),
                    joinKeys: try decoded(row["join_keys"]), columns: try decoded(row["columns"])),
                isRemoved: row["removed"])
        }
        return snapshot
    }

    static func carryOut(_ plan: RegistryPlan, _ db: Database, at now: Timestamp) throws {
        guard !plan.operations.isEmpty else { return }
        for operation in plan.operations {
            switch operation {
            case .entity(let entity): try put(.entity, entity.name, entity, db)
            case .service(let service): try put(.featureService, service.name, service, db)
            case .pushSource(let source): try put(.pushSource, source.name, source, db)
            case .onDemandView(let name, let view): try put(.onDemandView, name, view, db)
            case .view(let view): try put(view, db, at: now)
            case .remove(.featureView, let name):
                try db.execute(sql: "UPDATE registry_view SET removed = 1 WHERE name = ?", arguments: [name])
            case .remove(let kind, let name):
                try db.execute(
                    sql: "DELETE FROM registry_object WHERE kind = ? AND name = ?", arguments: [kind.rawValue, name])
            }
        }
        try db.setCounter("registry", to: plan.result.generation)
    }

    private static func put(
        _ kind: DefinitionChange.Kind, _ name: String, _ definition: some Encodable, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO registry_object (kind, name, definition) VALUES (?, ?, ?)
                ON CONFLICT (kind, name) DO UPDATE SET definition = excluded.definition
                """,
            arguments: [kind.rawValue, name, try definition.storedJSON()])
    }

    private static func put(_ view: ViewVersion, _ db: Database, at now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO registry_view (id, name, version, definition, join_keys, columns, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, columns = excluded.columns
                """,
            arguments: [
                view.id, view.name, view.version, try view.definition.storedJSON(), try view.joinKeys.storedJSON(),
                try view.columns.storedJSON(), now,
            ])
    }

    private static func decoded<T: Decodable>(_ text: String) throws -> T {
        try JSONDecoder().decode(T.self, from: Data(text.utf8))
    }
}
