import JSONText
import ServiceAPI

/// Rows of a file, one after the other, as rows of a view.
struct ViewTable {
    private enum Lines {
        case csv(CSVReader, CSVLayout)
        case jsonl(LineReader)
    }

    private let view: ViewVersion
    private let source: FeatureViewDefinition.Source
    private var lines: Lines

    /// - Throws: `malformed_table` where the file has no header, or lacks a column.
    init(view: ViewVersion, source: FeatureViewDefinition.Source, refill: @escaping () throws -> [UInt8]?) throws {
        self.view = view
        self.source = source
        switch source.format {
        case .csv:
            var reader = CSVReader(refill)
            let layout = try CSVLayout(try reader.next(), view, source)
            lines = .csv(reader, layout)
        // PostgreSQL's rows are asked for as JSON.
        case .jsonl, .postgres:
            lines = .jsonl(LineReader(refill))
        }
    }

    /// The next row.
    /// - Throws: `malformed_table` naming line and column.
    mutating func next() throws -> PendingRow? {
        switch lines {
        case .csv(var reader, let layout):
            let record = try reader.next()
            lines = .csv(reader, layout)
            return try record.map { try layout.row($0, view) }
        case .jsonl(var reader):
            let bytes = try reader.next()
            let line = reader.line
            lines = .jsonl(reader)
            return try bytes.map { try row($0, line) }
        }
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

/// Which field of a record is what.
private struct CSVLayout {
    private let joinKeys: [Int]
    private let columns: [(field: Int, column: ViewVersion.Column)]
    private let event: Int
    private let created: Int?
    private let width: Int

    init(_ header: CSVReader.Record?, _ view: ViewVersion, _ source: FeatureViewDefinition.Source) throws {
        guard let header else { throw FeatureStoreError(.malformedTable, "the file is empty, not even a header") }
        let names = header.fields.indices.map(header.text)
        func index(_ name: String) throws -> Int {
            guard let index = names.firstIndex(of: name) else {
                throw FeatureStoreError(.malformedTable, "the file has no column \(name)", field: name)
            }
            return index
        }
        joinKeys = try view.joinKeys.map { try index($0.name) }
        columns = try view.columns.filter { !$0.isRemoved }.map { (try index($0.name), $0) }
        event = try index(source.timestampField)
        created = try source.createdTimestampField.map(index)
        width = names.count
    }

    func row(_ record: CSVReader.Record, _ view: ViewVersion) throws -> PendingRow {
        guard record.fields.count == width else {
            throw FeatureStoreError(
                .malformedTable, "line \(record.line) has \(record.fields.count) fields, the header \(width)",
                field: "line \(record.line)")
        }
        func value(_ field: Int, _ name: String, _ type: FeatureType, allowNaN: Bool) throws -> Value {
            do throws(ValueMisfit) {
                return try Value(text: record.text(field), as: type, allowNaN: allowNaN)
            } catch {
                throw ViewTable.misfit(record.line, name, error.message)
            }
        }
        func time(_ field: Int, _ name: String) throws -> Timestamp? {
            let text = record.text(field)
            guard !text.isEmpty else { return nil }
            guard let time = Timestamp(rfc3339: text) else {
                throw ViewTable.misfit(
                    record.line, name, "'\(text.prefix(40))' is no time such as 2026-01-31T12:00:00Z")
            }
            return time
        }
        var key = EntityKey(bytes: [])
        for (field, joinKey) in zip(joinKeys, view.joinKeys) {
            do throws(ValueMisfit) {
                try key.append(
                    fitting: try Value(text: record.text(field), as: joinKey.type), as: joinKey.type)
            } catch {
                throw ViewTable.misfit(record.line, joinKey.name, error.message)
            }
        }
        var cells = PackedRow()
        for (field, column) in columns {
            cells.append(
                try value(field, column.name, column.type, allowNaN: view.definition.allowNaN), at: column.ordinal)
        }
        guard let event = try time(event, "time") else { throw ViewTable.misfit(record.line, "time", "is empty") }
        return PendingRow(
            key: key, event: event, created: try created.flatMap { try time($0, "created") }, cells: cells)
    }
}
