import Foundation
import JSONText
import NIOCore

extension DatasetReader {
    /// The rows of a dataset's file as they were before features were added to them; it blocks.
    /// - Throws: `too_large` past `most` bytes.
    static func entityRows(
        path: String, format: EntityTable.Format, without added: Set<String>, most: Int
    ) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FeatureStoreError(.storageFailed, "cannot open \(path)")
        }
        let refill = { try handle.read(upToCount: 1 << 18).map { [UInt8]($0) } }
        var bytes: [UInt8] = []
        func check() throws {
            guard bytes.count <= most else {
                throw FeatureStoreError(
                    .documentTooLarge, "the dataset's rows are larger than \(most) bytes", field: "dataset")
            }
        }
        switch format {
        case .csv:
            var reader = CSVReader(refill)
            var kept: [Int]?
            while try reader.next() {
                let fields = kept ?? (0..<reader.count).filter { !added.contains(reader.text($0)) }
                kept = fields
                for (place, field) in fields.enumerated() {
                    if place > 0 { bytes.append(UInt8(ascii: ",")) }
                    guard !reader.isEmpty(field) else { continue }
                    reader.withBytes(field) { text in
                        text.isEmpty ? bytes.append(contentsOf: "\"\"".utf8) : bytes.appendCSV(text)
                    }
                }
                bytes.append(0x0A)
                try check()
            }
        case .jsonl:
            var lines = LineReader(refill)
            while let line = try lines.next() {
                guard case .object(let members)? = line.withUnsafeBytes({ try? JSONValue(parsing: $0) }) else {
                    throw FeatureStoreError(.malformedTable, "line \(lines.line) is no JSON object", field: "dataset")
                }
                var writer = JSONWriter()
                writer.value(.object(members.filter { !added.contains($0.key) }))
                bytes += writer.buffer.readableBytesView
                bytes.append(0x0A)
                try check()
            }
        }
        return bytes
    }
}
