import Crypto
import ServiceAPI

/// Compares two saved datasets row by row.
///
/// It keeps 32 bytes of each of the first one's rows and reads its file twice, the other's once; it blocks.
struct DatasetComparison {
    /// The first 16 bytes of a SHA-256.
    private struct Digest: Hashable {
        var bytes: (UInt64, UInt64)

        init(_ cells: some Sequence<DatasetReader.Cell>, number: Int = 0) {
            var hash = SHA256()
            func feed(_ number: Int) {
                withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { hash.update(bufferPointer: $0) }
            }
            feed(number)
            // Lengths keep ("ab", "c") and ("a", "bc") apart, and null from the empty text.
            for cell in cells {
                feed(cell?.count ?? -1)
                if let cell { hash.update(data: cell) }
            }
            bytes = hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64).self) }
        }

        static func == (left: Digest, right: Digest) -> Bool { left.bytes == right.bytes }
        func hash(into hasher: inout Hasher) { hasher.combine(bytes.0) }
    }

    private struct Side {
        let record: SavedDataset
        let path: String
    }

    private let from: Side
    private let to: Side
    private let keys: [String]
    /// Columns of both that are no keys.
    private let common: [String]
    private let limit: Int

    /// - Parameter limit: How many differing rows are shown.
    /// - Throws: `invalid_field` where the datasets' rows have other keys.
    init(_ from: SavedDataset, at fromPath: String, _ to: SavedDataset, at toPath: String, limit: Int) throws {
        self.from = Side(record: from, path: fromPath)
        self.to = Side(record: to, path: toPath)
        keys = from.keyColumns
        let names = Set(to.columns.map(\.name))
        guard keys.allSatisfy(names.contains) else {
            throw FeatureStoreError(
                .invalidField, "dataset \(to.name) lacks one of the key columns \(keys.joined(separator: ", "))",
                field: "with")
        }
        common = from.columns.map(\.name).filter { names.contains($0) && !from.keyColumns.contains($0) }
        self.limit = limit
    }

    func run() throws -> DatasetDifference {
        var difference = DatasetDifference(
            from: from.record.name, to: to.record.name, identical: from.record.digest == to.record.digest)
        difference.columns = columns
        var known: [Digest: Digest] = [:]
        known.reserveCapacity(from.record.rows)
        try rows(of: from) { key, cells in known[key] = Digest(cells.dropFirst(keys.count)) }
        var changed: [Digest: Int] = [:]
        try rows(of: to) { key, cells in
            switch known.removeValue(forKey: key) {
            case nil:
                difference.rows.added += 1
                if difference.samples.count < limit { difference.samples.append(sample(.added, cells)) }
            case Digest(cells.dropFirst(keys.count))?: difference.rows.unchanged += 1
            case _?:
                difference.rows.changed += 1
                guard difference.samples.count < limit else { return }
                changed[key] = difference.samples.count
                difference.samples.append(sample(.changed, cells))
            }
        }
        difference.rows.removed = known.count
        if !changed.isEmpty || (!known.isEmpty && difference.samples.count < limit) {
            try rows(of: from) { key, cells in
                if let place = changed[key] {
                    complete(&difference.samples[place], cells)
                } else if known[key] != nil, difference.samples.count < limit {
                    difference.samples.append(sample(.removed, cells))
                }
            }
        }
        return difference
    }

    private var columns: DatasetDifference.Columns {
        var columns = DatasetDifference.Columns()
        let (old, new) = (from.record.columns, to.record.columns)
        columns.added = new.map(\.name).filter { name in !old.contains { $0.name == name } }
        columns.removed = old.map(\.name).filter { name in !new.contains { $0.name == name } }
        for column in old {
            guard let other = new.first(where: { $0.name == column.name }), other.type != column.type else { continue }
            func text(_ type: FeatureType?) -> String { type?.description ?? "text" }
            columns.changed.append("\(column.name): \(text(column.type)) → \(text(other.type))")
        }
        return columns
    }

    /// Calls `body` with each row's key and its cells, those of the key first.
    private func rows(of side: Side, _ body: (Digest, [DatasetReader.Cell]) throws -> Void) throws {
        guard let format = EntityTable.Format(rawValue: side.record.format) else { return }
        var reader = try DatasetReader(path: side.path, format: format, columns: keys + common)
        var counts: [Digest: Int] = [:]
        while let cells = try reader.next() {
            let key = Digest(cells.prefix(keys.count))
            let number = counts[key, default: 0]
            counts[key] = number + 1
            try body(Digest(cells.prefix(keys.count), number: number), cells)
        }
    }

    private func sample(_ kind: DatasetDifference.Sample.Kind, _ cells: [DatasetReader.Cell])
        -> DatasetDifference.Sample
    {
        let values = named(common, cells.dropFirst(keys.count))
        return DatasetDifference.Sample(
            kind: kind, key: named(keys, cells.prefix(keys.count)), before: kind == .removed ? values : [:],
            after: kind == .removed ? [:] : values)
    }

    /// Gives a changed row what was before, of the columns that differ.
    private func complete(_ sample: inout DatasetDifference.Sample, _ cells: [DatasetReader.Cell]) {
        for (name, value) in named(common, cells.dropFirst(keys.count)) {
            if sample.after[name] == .some(value) {
                sample.after.removeValue(forKey: name)
            } else {
                sample.before.updateValue(value, forKey: name)
            }
        }
    }

    private func named(_ names: [String], _ cells: some Sequence<DatasetReader.Cell>) -> [String: String?] {
        var named: [String: String?] = [:]
        for (name, cell) in zip(names, cells) {
            named.updateValue(cell.map { String(decoding: $0, as: UTF8.self) }, forKey: name)
        }
        return named
    }
}
