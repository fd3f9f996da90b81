import Foundation
import JSONText
import ServiceAPI

/// Rows of a dataset's file as they stand there, each with the key of its entity.
///
/// It blocks.
struct KeyedRows {
    private let joinKeys: [EntityDefinition.JoinKey]
    private var records: CSVReader?
    private var fields: [Int] = []
    private var lines: LineReader
    /// The header line of CSV, with its end.
    private(set) var header: [UInt8] = []

    init(path: String, format: EntityTable.Format, joinKeys: [EntityDefinition.JoinKey]) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FeatureStoreError(.storageFailed, "cannot open \(path)")
        }
        let refill = { try handle.read(upToCount: 1 << 18).map { [UInt8]($0) } }
        self.joinKeys = joinKeys
        lines = LineReader(refill)
        guard format == .csv else { return }
        var reader = CSVReader(refill)
        let names = try reader.next() ? reader.texts : []
        header = names.isEmpty ? [] : reader.bytes + [0x0A]
        fields = try joinKeys.map { key in
            guard let index = names.firstIndex(of: key.name) else {
                throw FeatureStoreError(.malformedTable, "the dataset has no column \(key.name)", field: key.name)
            }
            return index
        }
        records = reader
    }

    /// The next row, without its line end; nil at the end.
    mutating func next() throws -> (bytes: [UInt8], key: EntityKey)? {
        guard records != nil else {
            guard let line = try lines.next() else { return nil }
            return (Array(line), try key(line))
        }
        guard try records?.next() == true, let records else { return nil }
        var key = EntityKey(bytes: [])
        for (field, joinKey) in zip(fields, joinKeys) {
            try append(to: &key, joinKey, records.line) { () throws(ValueMisfit) in
                try records.value(field, as: joinKey.type)
            }
        }
        return (records.bytes, key)
    }

    private func key(_ line: ArraySlice<UInt8>) throws -> EntityKey {
        let parsed = line.withUnsafeBytes { try? JSONValue(parsing: $0) }
        guard case .object(let members)? = parsed else {
            throw FeatureStoreError(
                .malformedTable, "line \(lines.line) is no JSON object", field: "line \(lines.line)")
        }
        var key = EntityKey(bytes: [])
        for joinKey in joinKeys {
            try append(to: &key, joinKey, lines.line) { () throws(ValueMisfit) in
                try Value(members[joinKey.name] ?? .null, as: joinKey.type)
            }
        }
        return key
    }

    private func append(
        to key: inout EntityKey, _ joinKey: EntityDefinition.JoinKey, _ line: Int,
        _ value: () throws(ValueMisfit) -> Value
    ) throws {
        do throws(ValueMisfit) {
            try key.append(fitting: try value(), as: joinKey.type)
        } catch {
            throw ViewTable.misfit(line, joinKey.name, error.message)
        }
    }
}
