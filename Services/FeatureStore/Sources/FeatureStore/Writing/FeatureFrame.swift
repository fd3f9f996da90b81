import JSONText
import ServiceAPI

/// A table in columns, as Feast's clients send it.
struct FeatureFrame: Sendable {
    private(set) var names: [String]
    private(set) var columns: [[JSONValue]]
    private(set) var rowCount: Int

    /// Reads what `pandas.DataFrame` takes: lists, single values that stand for every row, and objects by index.
    init(_ cursor: inout JSONCursor) throws(JSONError) {
        var names: [String] = []
        var columns: [[JSONValue]?] = []
        var singles: [Int: JSONValue] = [:]
        try cursor.readObject { (cursor, name) throws(JSONError) in
            names.append(name)
            switch try cursor.readValue() {
            case .array(let values): columns.append(values)
            case .object(let members):
                let ordered = members.sorted { (Int($0.key) ?? 0, $0.key) < (Int($1.key) ?? 0, $1.key) }
                columns.append(ordered.map(\.value))
            case let single:
                singles[columns.count] = single
                columns.append(nil)
            }
        }
        let counts = Set(columns.compactMap { $0?.count })
        guard counts.count <= 1 else { throw cursor.error("columns of df differ in length") }
        let count = counts.first ?? (columns.isEmpty ? 0 : 1)
        self.names = names
        rowCount = count
        self.columns = columns.enumerated().map { index, column in
            column ?? Array(repeating: singles[index] ?? .null, count: count)
        }
    }

    subscript(_ name: String) -> [JSONValue]? { names.firstIndex(of: name).map { columns[$0] } }
}

extension FeatureFrame {
    /// The rows for one view.
    ///
    /// Columns that the frame lacks stay as they are in the store.
    /// - Parameter field: names the frame in messages.
    /// - Throws: `invalid_entity` and `invalid_feature` naming column and row.
    func rows(for view: ViewVersion, field: String = "df") throws -> [PendingRow] {
        let entities = try EntityColumns(
            view.joinKeys.compactMap { key in self[key.name].map { (name: key.name, values: $0) } }, field: field)
        let source = view.definition.source
        let (timeName, times) = try required([source?.timestampField, "event_timestamp"], field)
        let (createdName, created) = named([source?.createdTimestampField, "created"]) ?? ("created", [])
        let columns = view.columns.filter { !$0.isRemoved && self[$0.name] != nil }
        guard !columns.isEmpty else {
            throw FeatureStoreError(
                .invalidFeature, "\(field) has no column of a feature of view \(view.name)", field: field)
        }
        let keys = try entities.keys(of: view, field: field)
        var packed = [PackedRow](repeating: PackedRow(), count: rowCount)
        for column in columns {
            for (row, json) in (self[column.name] ?? []).enumerated() {
                do throws(ValueMisfit) {
                    packed[row].append(
                        try Value(json, as: column.type, allowNaN: view.definition.allowNaN), at: column.ordinal)
                } catch let misfit {
                    let path = "\(field).\(column.name)[\(row)]"
                    throw FeatureStoreError(
                        .invalidFeature, "\(path): feature \(column.name) of view \(view.name) \(misfit.message)",
                        field: path)
                }
            }
        }
        return try (0..<rowCount).map { row in
            PendingRow(
                key: keys[row], event: try Self.time(times[row], "\(field).\(timeName)[\(row)]"),
                created: row < created.count && created[row] != .null
                    ? try Self.time(created[row], "\(field).\(createdName)[\(row)]") : nil,
                cells: packed[row])
        }
    }

    private func named(_ names: [String?]) -> (String, [JSONValue])? {
        for case let name? in names { if let column = self[name] { return (name, column) } }
        return nil
    }

    private func required(_ names: [String?], _ field: String) throws -> (String, [JSONValue]) {
        guard let found = named(names) else {
            throw FeatureStoreError(
                .invalidField, "\(field) lacks the time column \(names.compactMap(\.self).joined(separator: " or "))",
                field: "\(field).\(names.compactMap(\.self).first ?? "")")
        }
        return found
    }

    static func time(_ json: JSONValue, _ field: @autoclosure () -> String) throws -> Timestamp {
        guard case .string(let text) = json, let time = Timestamp(rfc3339: text) else {
            throw FeatureStoreError(
                .invalidField, "\(field()) is a time such as 2026-01-31T12:00:00Z; without an offset it is UTC",
                field: field())
        }
        return time
    }
}
