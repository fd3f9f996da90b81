import JSONText
import ServiceAPI

/// Rows of a file, one after the other, as rows of a view.
struct ViewTable {
    private let view: ViewVersion
    private let source: FeatureViewDefinition.Source
    private var records: CSVReader?
    private let layout: CSVLayout?
    private var lines: LineReader

    /// - Throws: `malformed_table` where the file has no header, or lacks a column.
    init(view: ViewVersion, source: FeatureViewDefinition.Source, refill: @escaping () throws -> [UInt8]?) throws {
        self.view = view
        self.source = source
        lines = LineReader(refill)
        // PostgreSQL's rows are asked for as JSON.
        guard source.format == .csv else {
            layout = nil
            return
        }
        var reader = CSVReader(refill)
        layout = try CSVLayout(try reader.next() ? reader.texts : nil, view, source)
        records = reader
    }

    /// The next row.
    /// - Throws: `malformed_table` naming line and column.
    mutating func next() throws -> PendingRow? {
        guard let layout else {
            guard let bytes = try lines.next() else { return nil }
            return try row(bytes, lines.line)
        }
        guard try records?.next() == true, let records else { return nil }
        return try layout.row(records, view)
    }

    private func row(_ bytes: ArraySlice<UInt8>, _ line: Int) throws -> PendingRow {
        let parsed = try bytes.withUnsafeBytes { bytes throws -> JSONValue in
            do throws(JSONError) {
                var cursor = JSONCursor(bytes, allowsNonFinite: true)
                let value = try cursor.readValue()
                try cursor.expectEnd()
                return value
            } catch {
                throw FeatureStoreError(.malformedTable, "line \(line): \(error.message)", field: "line \(line)")
            }
        }
        guard case .object(let members) = parsed else {
            throw FeatureStoreError(.malformedTable, "line \(line) is no JSON object", field: "line \(line)")
        }
        func fitted<T>(_ name: String, _ work: () throws(ValueMisfit) -> T) throws -> T {
            do throws(ValueMisfit) { return try work() } catch {
                throw Self.misfit(line, name, error.message)
            }
        }
        var key = EntityKey(bytes: [])
        for joinKey in view.joinKeys {
            try fitted(joinKey.name) { () throws(ValueMisfit) in
                try key.append(
                    fitting: try Value(members[joinKey.name] ?? .null, as: joinKey.type), as: joinKey.type)
            }
        }
        var cells = PackedRow()
        for column in view.columns where !column.isRemoved {
            guard let json = members[column.name] else { continue }
            let value = try fitted(column.name) { () throws(ValueMisfit) in
                try Value(json, as: column.type, allowNaN: view.definition.allowNaN)
            }
            cells.append(value, at: column.ordinal)
        }
        func time(_ name: String) throws -> Timestamp? {
            guard let json = members[name], json != .null else { return nil }
            return try FeatureFrame.time(json, "line \(line), \(name)")
        }
        guard let event = try time(source.timestampField) else {
            throw Self.misfit(line, source.timestampField, "is missing")
        }
        return PendingRow(
            key: key, event: event, created: try source.createdTimestampField.flatMap { try time($0) },
            cells: cells)
    }

    static func misfit(_ line: Int, _ column: String, _ message: String) -> FeatureStoreError {
        FeatureStoreError(.malformedTable, "line \(line), column \(column): \(message)", field: column)
    }
}
