import ServiceAPI

/// Which field of a CSV record is what of a view's row.
struct CSVLayout {
    private let joinKeys: [(field: Int, key: EntityDefinition.JoinKey)]
    private let columns: [(field: Int, column: ViewVersion.Column)]
    private let event: Int
    private let created: Int?
    private let width: Int

    /// - Throws: `malformed_table` where there is no header, or a column is not in it.
    init(_ header: [String]?, _ view: ViewVersion, _ source: FeatureViewDefinition.Source) throws {
        guard let header else { throw FeatureStoreError(.malformedTable, "the file is empty, not even a header") }
        func index(_ name: String) throws -> Int {
            guard let index = header.firstIndex(of: name) else {
                throw FeatureStoreError(.malformedTable, "the file has no column \(name)", field: name)
            }
            return index
        }
        joinKeys = try view.joinKeys.map { (try index($0.name), $0) }
        columns = try view.columns.filter { !$0.isRemoved }.map { (try index($0.name), $0) }
        event = try index(source.timestampField)
        created = try source.createdTimestampField.map(index)
        width = header.count
    }

    /// The record that the reader is at.
    func row(_ record: CSVReader, _ view: ViewVersion) throws -> PendingRow {
        guard record.count == width else {
            throw FeatureStoreError(
                .malformedTable, "line \(record.line) has \(record.count) fields, the header \(width)",
                field: "line \(record.line)")
        }
        var key = EntityKey(bytes: [])
        for (field, joinKey) in joinKeys {
            do throws(ValueMisfit) {
                try key.append(fitting: try record.value(field, as: joinKey.type), as: joinKey.type)
            } catch {
                throw ViewTable.misfit(record.line, joinKey.name, error.message)
            }
        }
        var cells = PackedRow(reservingCapacity: columns.count * 8)
        for (field, column) in columns {
            do throws(ValueMisfit) {
                cells.append(
                    try record.value(field, as: column.type, allowNaN: view.definition.allowNaN), at: column.ordinal)
            } catch {
                throw ViewTable.misfit(record.line, column.name, error.message)
            }
        }
        guard let event = try time(record, event, "time") else {
            throw ViewTable.misfit(record.line, "time", "is empty")
        }
        return PendingRow(
            key: key, event: event, created: try created.flatMap { try time(record, $0, "created") }, cells: cells)
    }

    private func time(_ record: CSVReader, _ field: Int, _ name: String) throws -> Timestamp? {
        try record.withBytes(field) { bytes in
            guard !bytes.isEmpty else { return nil }
            guard let time = Timestamp(rfc3339: bytes) else {
                throw ViewTable.misfit(
                    record.line, name,
                    "'\(record.text(field).prefix(40))' is no time such as 2026-01-31T12:00:00Z")
            }
            return time
        }
    }
}

extension CSVReader {
    /// A field of the record, fitted to its column; an empty one is null.
    @inline(__always)
    func value(_ field: Int, as type: FeatureType, allowNaN: Bool = false) throws(ValueMisfit) -> Value {
        try withBytes(field) { bytes throws(ValueMisfit) in try Value(utf8: bytes, as: type, allowNaN: allowNaN) }
    }
}
