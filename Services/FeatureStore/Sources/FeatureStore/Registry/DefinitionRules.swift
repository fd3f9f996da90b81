import ServiceAPI

/// What a definition must be by itself; what it refers to is checked by the plan.
enum DefinitionRules {
    static let maxFeatures = 2000
    static let maxJoinKeys = 8
    /// Beside join keys, of the 64 columns that a request may have.
    static let maxFields = 48
    static let maxText = 4096

    static func check(_ definitions: FeatureDefinitions) throws {
        try unique(definitions.entities.map(\.name), "entities")
        try unique(definitions.featureViews.map(\.name), "feature_views")
        try unique(definitions.featureServices.map(\.name), "feature_services")
        try unique(definitions.pushSources.map(\.name), "push_sources")
        for (index, entity) in definitions.entities.enumerated() { try check(entity, "entities[\(index)]") }
        for (index, view) in definitions.featureViews.enumerated() { try check(view, "feature_views[\(index)]") }
        for (index, service) in definitions.featureServices.enumerated() {
            let path = "feature_services[\(index)]"
            try name(service.name, path + ".name")
            try texts([service.description, service.owner], service.tags, path)
            guard !service.features.isEmpty else { throw refused("a feature service has features", path + ".features") }
            for (index, text) in service.features.enumerated() where FeatureReference(text) == nil {
                throw refused(
                    "'\(text.prefix(100))' is none of view:feature, view@v2:feature and view",
                    "\(path).features[\(index)]")
            }
        }
        try unique(definitions.onDemandViews.map(\.name), "on_demand_views")
        for (index, view) in definitions.onDemandViews.enumerated() { try check(view, "on_demand_views[\(index)]") }
        for (index, source) in definitions.pushSources.enumerated() {
            let path = "push_sources[\(index)]"
            try name(source.name, path + ".name")
            try texts([source.description], source.tags, path)
            guard !source.featureViews.isEmpty else {
                throw refused("a push source has feature views", path + ".feature_views")
            }
        }
    }

    private static func check(_ entity: EntityDefinition, _ path: String) throws {
        try name(entity.name, path + ".name")
        try texts([entity.description, entity.owner], entity.tags, path)
        guard (1...maxJoinKeys).contains(entity.joinKeys.count) else {
            throw refused("an entity has 1 to \(maxJoinKeys) join keys", path + ".join_keys")
        }
        try unique(entity.joinKeys.map(\.name), path + ".join_keys")
        for (index, key) in entity.joinKeys.enumerated() {
            try name(key.name, "\(path).join_keys[\(index)].name")
            guard [.int64, .int32, .string].contains(key.type) else {
                throw refused(
                    "a join key is int64, int32 or string, not \(key.type)", "\(path).join_keys[\(index)].type")
            }
        }
    }

    private static func check(_ view: FeatureViewDefinition, _ path: String) throws {
        try name(view.name, path + ".name")
        try texts([view.description, view.owner], view.tags, path)
        if let source = view.source { try check(source, path + ".source") }
        guard !view.entities.isEmpty else { throw refused("a feature view has entities", path + ".entities") }
        try unique(view.entities, path + ".entities")
        guard (1...maxFeatures).contains(view.features.count) else {
            throw refused("a feature view has 1 to \(maxFeatures) features", path + ".features")
        }
        try unique(view.features.map(\.name), path + ".features")
        for (index, feature) in view.features.enumerated() {
            try name(feature.name, "\(path).features[\(index)].name")
            try texts([feature.description], feature.tags, "\(path).features[\(index)]")
            if let expectation = feature.expect {
                try check(expectation, of: feature.type, "\(path).features[\(index)].expect")
            }
            guard !["event_timestamp", "created"].contains(feature.name) else {
                throw refused(
                    "\(feature.name) is the name of a time column", "\(path).features[\(index)].name")
            }
        }
    }

    private static func check(
        _ expectation: Expectation, of type: FeatureType, _ path: String
    ) throws {
        let isNumber = [.int32, .int64, .float32, .float64].contains(type)
        if let share = expectation.maxNullShare, !(0...1).contains(share) {
            throw refused("a share is from 0 to 1", path + ".max_null_share")
        }
        for (limit, name) in [(expectation.min, "min"), (expectation.max, "max")] where limit != nil && !isNumber {
            throw refused("values of \(type) have no \(name)", "\(path).\(name)")
        }
        if let least = expectation.min, let greatest = expectation.max, least > greatest {
            throw refused("min is greater than max", path + ".min")
        }
        if let values = expectation.oneOf {
            guard (1...1000).contains(values.count) else { throw refused("there are 1 to 1000", path + ".one_of") }
            for (index, value) in values.enumerated() {
                guard let fitted = Value(value, as: type), fitted != .null else {
                    throw refused("it is no value of \(type)", "\(path).one_of[\(index)]")
                }
            }
        }
        guard let drift = expectation.drift else { return }
        try name(drift.reference, path + ".drift.reference")
        guard drift.maxPSI != nil || drift.minKSP != nil else {
            throw refused("max_psi or min_ks_p is needed", path + ".drift")
        }
        guard drift.maxPSI.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw refused("it is greater than 0", path + ".drift.max_psi")
        }
        guard isNumber || [.string, .bool, .date].contains(type) else {
            throw refused("values of \(type) are not compared", path + ".drift")
        }
        if let p = drift.minKSP {
            guard isNumber else { throw refused("the test is of numbers; take max_psi", path + ".drift.min_ks_p") }
            guard p > 0, p < 1 else { throw refused("it is between 0 and 1", path + ".drift.min_ks_p") }
        }
    }

    private static func check(_ view: OnDemandViewDefinition, _ path: String) throws {
        try name(view.name, path + ".name")
        try texts([view.description, view.owner], view.tags, path)
        guard view.request.count <= maxFields else {
            throw refused("a request has at most \(maxFields) fields", path + ".request")
        }
        try unique(view.request.map(\.name), path + ".request")
        for (index, field) in view.request.enumerated() {
            try name(field.name, "\(path).request[\(index)].name")
            guard ExpressionType(field.type) != nil else {
                throw refused("expressions do not take \(field.type)", "\(path).request[\(index)].type")
            }
        }
        guard (1...maxFeatures).contains(view.features.count) else {
            throw refused("an on-demand view has 1 to \(maxFeatures) features", path + ".features")
        }
        try unique(view.features.map(\.name), path + ".features")
        let types: [FeatureType] = [.bool, .int64, .float64, .string, .timestamp, .date]
        for (index, feature) in view.features.enumerated() {
            try name(feature.name, "\(path).features[\(index)].name")
            try texts([feature.description], feature.tags, "\(path).features[\(index)]")
            guard types.contains(feature.type) else {
                throw refused(
                    "an on-demand feature is \(types.map(\.description).joined(separator: ", ")), not \(feature.type)",
                    "\(path).features[\(index)].type")
            }
        }
    }

    private static func check(_ source: FeatureViewDefinition.Source, _ path: String) throws {
        if source.format == .postgres {
            guard source.path == nil else { throw refused("PostgreSQL has no files", path + ".path") }
            guard (source.table == nil) != (source.query == nil) else {
                throw refused("table or query is needed, and not both", path + ".query")
            }
            for (text, name) in [(source.table, "table"), (source.query, "query"), (source.orderField, "order_field")] {
                guard text.map({ (1...maxText).contains($0.utf8.count) && !$0.utf8.contains(0) }) ?? true else {
                    throw refused("it has 1 to \(maxText) bytes, without NUL", "\(path).\(name)")
                }
            }
            guard (0...Int64(Int32.max)).contains(source.overlap) else {
                throw refused("it is from 0 to \(Int32.max)", path + ".overlap")
            }
        } else {
            for (text, name) in [(source.table, "table"), (source.query, "query"), (source.orderField, "order_field")]
            where text != nil {
                throw refused("a file has none", "\(path).\(name)")
            }
            let file = source.path ?? ""
            let parts = file.split(separator: "/", omittingEmptySubsequences: false)
            guard !file.isEmpty, file.utf8.count <= 1024, !file.utf8.contains(0),
                parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
            else {
                throw refused("a source's path is relative and stays in the folder of sources", path + ".path")
            }
        }
        guard (1...128).contains(source.timestampField.utf8.count) else {
            throw refused("the time field has a name", path + ".timestamp_field")
        }
    }

    /// Names stand in references, CSV headers and metrics.
    static func name(_ name: String, _ field: String) throws {
        let isName =
            (1...128).contains(name.utf8.count)
            && name.utf8.enumerated().allSatisfy { index, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                    true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): index > 0
                default: false
                }
            }
        guard isName else {
            throw refused(
                "a name has 1 to 128 of A-Z, a-z, 0-9, '_', '-' and '.', and begins with a letter or '_'", field)
        }
    }

    private static func texts(_ texts: [String], _ tags: [String: String], _ path: String) throws {
        for text in texts + tags.map({ $0.key + $0.value }) where text.utf8.count > maxText || text.utf8.contains(0) {
            throw refused("texts and tags have at most \(maxText) bytes, without NUL", path)
        }
        guard tags.count <= 64 else { throw refused("there are at most 64 tags", path + ".tags") }
    }

    private static func unique(_ names: [String], _ field: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw refused("\(name.prefix(100)) occurs twice", field)
        }
    }

    static func refused(_ message: String, _ field: String) -> FeatureStoreError {
        FeatureStoreError(.invalidDefinition, "\(field): \(message)", field: field)
    }
}
