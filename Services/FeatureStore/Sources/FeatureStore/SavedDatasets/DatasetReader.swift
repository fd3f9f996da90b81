import Foundation
import JSONText
import NIOCore

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
            let names = try reader.next() ? reader.texts : []
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
            let isThere = try reader.next()
            lines = .csv(reader, fields)
            guard isThere else { return nil }
            // As the writer has it: nothing is null, a pair of quotes a text without characters.
            return fields.map { reader.isEmpty($0) ? nil : reader.withBytes($0) { Array($0) } }
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
                return Array(writer.buffer.readableBytesView)
            }
        }
    }
}
