import ServiceAPI

/// How a view's declaration differs from the version that the registry holds.
enum ViewDifference {
    /// What makes it another version: rows written so far would be read wrongly.
    static func breaking(
        _ known: ViewVersion, _ view: FeatureViewDefinition, _ joinKeys: [EntityDefinition.JoinKey]
    ) -> [String] {
        var details: [String] = []
        if known.joinKeys != joinKeys {
            details.append(self.joinKeys(known.joinKeys, joinKeys))
        }
        for feature in view.features {
            if let column = known[feature.name], column.type != feature.type {
                details.append("\(feature.name): \(column.type) → \(feature.type)")
            }
        }
        return details
    }

    static func joinKeys(_ known: [EntityDefinition.JoinKey], _ keys: [EntityDefinition.JoinKey]) -> String {
        func text(_ keys: [EntityDefinition.JoinKey]) -> String {
            keys.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        }
        return "join keys: \(text(known)) → \(text(keys))"
    }

    /// The columns after a change in place; a feature that comes back is a new column.
    static func columns(
        _ known: ViewVersion, _ view: FeatureViewDefinition
    ) -> (columns: [ViewVersion.Column], removed: [ViewVersion.Column], added: [ViewVersion.Column]) {
        let declared = Set(view.features.map(\.name))
        var columns = known.columns
        var removed: [ViewVersion.Column] = []
        for index in columns.indices where !columns[index].isRemoved && !declared.contains(columns[index].name) {
            removed.append(columns[index])
            columns[index].isRemoved = true
        }
        var added: [ViewVersion.Column] = []
        for feature in view.features where known[feature.name] == nil {
            let column = ViewVersion.Column(
                ordinal: columns.count, name: feature.name, type: feature.type, isRemoved: false)
            columns.append(column)
            added.append(column)
        }
        return (columns, removed, added)
    }

    static func settings(_ known: FeatureViewDefinition, _ view: FeatureViewDefinition) -> [String] {
        var details: [String] = []
        if known.ttl != view.ttl {
            details.append("ttl: \(known.ttl?.description ?? "none") → \(view.ttl?.description ?? "none")")
        }
        if known.expired != view.expired {
            details.append("expired: \(known.expired.rawValue) → \(view.expired.rawValue)")
        }
        if known.allowNaN != view.allowNaN { details.append("allow_nan: \(known.allowNaN) → \(view.allowNaN)") }
        if known.onViolation != view.onViolation {
            details.append("on_violation: \(known.onViolation.rawValue) → \(view.onViolation.rawValue)")
        }
        for feature in view.features {
            let old = known.features.first { $0.name == feature.name }
            if let old, old.expect != feature.expect { details.append("\(feature.name): expectations") }
        }
        if known.source != view.source { details.append("source") }
        if known.owner != view.owner { details.append("owner: \(known.owner) → \(view.owner)") }
        if known.description != view.description { details.append("description") }
        if known.tags != view.tags { details.append("tags") }
        return details
    }
}
