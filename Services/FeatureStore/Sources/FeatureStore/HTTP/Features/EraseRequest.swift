import JSONText
import NIOCore
import ServiceAPI

/// Body of `POST /v1/features/erase`: an entity that shall be forgotten in every view of its join keys.
struct EraseRequest {
    /// All versions, also of views that were removed.
    var views: [ViewVersion]
    var key: EntityKey
    var reason: String
    var actor: String

    init(_ body: ByteBuffer, registry: RegistrySnapshot) throws {
        var entity: JSONValue = .null
        var reason = ""
        var actor = ""
        try JSONRequest.read(body) { (cursor, key) throws(JSONError) in
            switch key {
            case "entity": entity = try cursor.readValue()
            case "reason": reason = try cursor.readString()
            case "actor": actor = try cursor.readString()
            default: throw cursor.error("unknown; known are actor, entity, reason")
            }
        }
        guard case .object(let members) = entity, !members.isEmpty else {
            throw FeatureStoreError(.invalidEntity, "entity is an object of join keys", field: "entity")
        }
        for (field, text) in [("reason", reason), ("actor", actor)]
        where text.utf8.count > 1024 || text.utf8.contains(0) {
            throw FeatureStoreError(.invalidField, "\(field) has at most 1024 bytes, without NUL", field: field)
        }
        let names = members.keys.sorted()
        // Views whose join keys have these names but other types hold other entities.
        views = registry.allViews.filter { view in
            view.joinKeys.map(\.name) == names && (try? EntityKey(entity, of: view, "entity")) != nil
                && !RegistryPlan.reserved.contains(view.name)
        }.sorted { $0.id < $1.id }
        guard let first = views.first else {
            throw FeatureStoreError(
                .invalidEntity, "no view has the join keys \(names.joined(separator: ", ")) with values of these types",
                field: "entity")
        }
        key = try EntityKey(entity, of: first, "entity")
        self.reason = reason
        self.actor = actor
    }
}
