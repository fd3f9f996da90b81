import Foundation
import JSONText

/// Rows of a dataset's file, one after the other, as texts: nil for null.
///
/// It blocks.
struct DatasetReader {
    typealias Cell = [UInt8]?

    private enum Lines {
        case csv(CSVReader, [Int])
        case jsonl(LineReader)
    }

    /// The columns that are read, in the order of a row's cells.
    let columns: [String]
    private var lines: Lines

    init(path: String, format: EntityTable.Format, columns: [String]) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FeatureStoreError(.storageFailed, "cannot open \(path)")
        }
        let refill = { try handle.read(upToCount: 1 << 18).map { [UInt8]($0) } }
        self.columns = columns
        switch format {
        case .csv:
            var reader = CSVReader(refill)
            let header = try reader.next()
            let names = header.map { record in record.fields.indices.map { record.text($0) } } ?? []
            lines = .csv(
                reader,
                try columns.map { name in
                    guard let index = names.firstIndex(of: name) else {
                        throw FeatureStoreError(.malformedTable, "the dataset has no column \(name)", field: name)
                    }
                    return index
                })
        case .jsonl: lines = .jsonl(LineReader(refill))
        }
    }

    mutating func next() throws -> [Cell]? {
        switch lines {
        case .csv(var reader, let fields):
            let record = try reader.next()
            lines = .csv(reader, fields)
            return record.map { record in
                fields.map { index in
                    let field = record.fields[index]
                    // As the writer has it: nothing is null, a pair of quotes a text without characters.
                    return field.range.isEmpty && !field.isQuoted ? nil : Array(record.text(index).utf8)
                }
            }
        case .jsonl(var reader):
            let line = try reader.next()
            let number = reader.line
            lines = .jsonl(reader)
            return try line.map { try cells($0, number) }
        }
    }

    private func cells(_ line: ArraySlice<UInt8>, _ number: Int) throws -> [Cell] {
        let parsed = line.withUnsafeBytes { try? JSONValue(parsing: $0) }
        guard case .object(let members)? = parsed else {
            throw FeatureStoreError(.malformedTable, "line \(number) is no JSON object", field: "line \(number)")
        }
        return columns.map { name in
            switch members[name] ?? .null {
            case .null: return nil
            case .string(let text): return Array(text.utf8)
            case let value:
                var writer = JSONWriter()
                writer.value(value)
                return writer.bytes
            }
        }
    }
}
