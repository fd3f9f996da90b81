import ServiceAPI

/// What a dataset is made of, beside its entity rows: enough to make it again.
struct DatasetOrder: Codable, Sendable, Equatable {
    /// Each with its view's version.
    var features: [String]
    var fullNames: Bool
    var extras: [DatasetWriter.Extra]
    var format: EntityTable.Format
    var timeColumn: String
    var knownAt: Int64?
    /// The last row of the store that counts.
    var sequence: Int64

    static let parameters: Set<String> = [
        "features", "services", "known_at", "time_column", "full_feature_names", "include",
    ]

    /// Reads a request's query.
    init(_ query: Query, format: EntityTable.Format, registry: RegistrySnapshot, sequence: Int64) throws {
        fullNames = try query.flag("full_feature_names")
        let selection = try FeatureSelection(
            features: query.words("features"), services: query.words("services"), fullNames: fullNames,
            registry: registry)
        guard !selection.outputs.isEmpty else {
            throw FeatureStoreError(.invalidField, "features and services are both empty", field: "features")
        }
        features = selection.references
        extras = []
        for word in query.words("include") {
            guard let extra = DatasetWriter.Extra(rawValue: word) else {
                throw FeatureStoreError(.invalidField, "include takes event_time and status", field: "include")
            }
            if !extras.contains(extra) { extras.append(extra) }
        }
        self.format = format
        timeColumn = query["time_column"] ?? "event_timestamp"
        knownAt = try query.time("known_at")?.microseconds
        self.sequence = sequence
    }

    /// The join of entity rows with the order's features.
    /// - Throws: what is wrong with the rows.
    func join(
        _ rows: [UInt8], registry: RegistrySnapshot, storage: any FeatureStorage, maxRows: Int
    ) throws -> PointInTimeJoin {
        let selection = try FeatureSelection(
            features: features, services: [], fullNames: fullNames, registry: registry)
        let table = try EntityTable(
            rows, format, views: selection.views.map(\.view), fields: selection.fields, timeColumn: timeColumn,
            added: Set(DatasetWriter.names(selection, extras: Set(extras))), maxRows: maxRows)
        return PointInTimeJoin(
            storage: storage, selection: selection, table: table, knownAt: knownAt.map(Timestamp.init(microseconds:)),
            upTo: sequence)
    }
}

extension FeatureSelection {
    /// Each output as `view@v1:feature`.
    var references: [String] { outputs.map { reference($0) } }

    func reference(_ output: Output) -> String {
        let view = version(at: output.view)
        return "\(view.name)@v\(view.version):\(column(output).name)"
    }

    func column(_ output: Output) -> ViewVersion.Column {
        output.view < views.count
            ? views[output.view].columns[output.column] : version(at: output.view).columns[output.column]
    }
}
