import JSONText
import ServiceAPI

/// Entity rows of a dataset as they came, with the keys and times found in them.
struct EntityTable: Sendable {
    enum Format: String, Codable, Sendable {
        case csv, jsonl

        var mediaType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .jsonl: "application/x-ndjson; charset=utf-8"
            }
        }
    }

    let format: Format
    private(set) var bytes: [UInt8]
    /// The columns of CSV rows; the members of the first JSON line.
    private(set) var header: [String] = []
    private(set) var headerRange = 0..<0
    /// Each row's bytes, without its line end.
    private(set) var rows: [Range<Int>] = []
    private(set) var times: [Timestamp] = []
    /// For each distinct set of join keys, the key of each row.
    private(set) var keys: [EntityKeys] = []
    /// For each field that on-demand views compute with, the value of each row.
    private(set) var fields: [[Value]] = []
    /// For each view which of `keys` are its.
    private(set) var keySets: [Int] = []
    private let joinKeys: [[EntityDefinition.JoinKey]]
    private let timeColumn: String
    private let requested: [OnDemandViewDefinition.Field]
    private let added: Set<String>

    /// - Parameters:
    ///   - fields: What on-demand views compute with.
    ///   - added: Names of the columns that the answer adds, which no row may have.
    /// - Throws: `malformed_table` naming line and column; `feature_name_collision`; `too_large` for too many rows.
    init(
        _ bytes: [UInt8], _ format: Format, views: [ViewVersion], fields: [OnDemandViewDefinition.Field] = [],
        timeColumn: String, added: Set<String>, maxRows: Int
    ) throws {
        self.bytes = bytes
        self.format = format
        self.timeColumn = timeColumn
        self.added = added
        var joinKeys: [[EntityDefinition.JoinKey]] = []
        for view in views {
            let known = joinKeys.firstIndex(of: view.joinKeys)
            keySets.append(known ?? joinKeys.count)
            if known == nil { joinKeys.append(view.joinKeys) }
        }
        self.joinKeys = joinKeys
        keys = joinKeys.map { _ in EntityKeys() }
        requested = fields
        self.fields = fields.map { _ in [] }
        switch format {
        case .csv: try readCSV(maxRows)
        case .jsonl: try readLines(maxRows)
        }
    }

    private mutating func readCSV(_ maxRows: Int) throws {
        var reader = CSVReader(bytes)
        guard try reader.next() else { return }
        header = reader.texts
        if let name = header.first(where: added.contains) { throw Self.collision(name) }
        headerRange = reader.record
        func index(_ name: String) throws -> Int {
            guard let index = header.firstIndex(of: name) else {
                throw FeatureStoreError(.malformedTable, "the rows have no column \(name)", field: name)
            }
            return index
        }
        let time = try index(timeColumn)
        let fields = try joinKeys.map { try $0.map { try index($0.name) } }
        let columns = try requested.map { try index($0.name) }
        var key = EntityKey(bytes: [])
        while try reader.next() {
            guard reader.count == header.count else {
                throw FeatureStoreError(
                    .malformedTable, "line \(reader.line) has \(reader.count) fields, the header \(header.count)",
                    field: "line \(reader.line)")
            }
            guard let event = reader.withBytes(time, { Timestamp(rfc3339: $0) }) else {
                throw ViewTable.misfit(
                    reader.line, timeColumn, "'\(reader.text(time).prefix(40))' is no time such as 2026-01-31T12:00:00Z"
                )
            }
            try add(reader.record, event, maxRows)
            for (set, names) in joinKeys.enumerated() {
                key.bytes.removeAll(keepingCapacity: true)
                for (position, joinKey) in names.enumerated() {
                    do throws(ValueMisfit) {
                        try key.append(
                            fitting: try reader.value(fields[set][position], as: joinKey.type), as: joinKey.type)
                    } catch {
                        throw ViewTable.misfit(reader.line, joinKey.name, error.message)
                    }
                }
                keys[set].append(key)
            }
            for (place, field) in requested.enumerated() {
                do throws(ValueMisfit) {
                    self.fields[place].append(try reader.value(columns[place], as: field.type))
                } catch {
                    throw ViewTable.misfit(reader.line, field.name, error.message)
                }
            }
        }
    }

    private mutating func readLines(_ maxRows: Int) throws {
        var reader = LineReader(bytes)
        let wanted = Set(joinKeys.flatMap { $0.map(\.name) } + requested.map(\.name) + [timeColumn])
        while let line = try reader.next() {
            var members: [String: JSONValue] = [:]
            var taken: String?
            let isFirst = rows.isEmpty
            var names: [String] = []
            try line.withUnsafeBytes { bytes throws in
                do throws(JSONError) {
                    var cursor = JSONCursor(bytes)
                    try cursor.readObject { (cursor, name) throws(JSONError) in
                        if added.contains(name) { taken = name }
                        if isFirst { names.append(name) }
                        if wanted.contains(name) {
                            members[name] = try cursor.readValue()
                        } else {
                            try cursor.skipValue()
                        }
                    }
                    try cursor.expectEnd()
                } catch {
                    throw FeatureStoreError(
                        .malformedTable, "line \(reader.line): \(error.message)", field: "line \(reader.line)")
                }
            }
            if let taken { throw Self.collision(taken) }
            if isFirst { header = names }
            let event = try FeatureFrame.time(members[timeColumn] ?? .null, "line \(reader.line), \(timeColumn)")
            try add(line.indices, event, maxRows)
            for (set, joinKeys) in joinKeys.enumerated() {
                var key = EntityKey(bytes: [])
                for joinKey in joinKeys {
                    do throws(ValueMisfit) {
                        try key.append(
                            fitting: try Value(members[joinKey.name] ?? .null, as: joinKey.type), as: joinKey.type)
                    } catch {
                        throw ViewTable.misfit(reader.line, joinKey.name, error.message)
                    }
                }
                keys[set].append(key)
            }
            for (place, field) in requested.enumerated() {
                do throws(ValueMisfit) {
                    fields[place].append(try Value(members[field.name] ?? .null, as: field.type))
                } catch {
                    throw ViewTable.misfit(reader.line, field.name, error.message)
                }
            }
        }
    }

    private static func collision(_ name: String) -> FeatureStoreError {
        FeatureStoreError(
            .featureNameCollision, "the rows have a column \(name) already; ask for full_feature_names", field: name)
    }

    private mutating func add(_ row: Range<Int>, _ event: Timestamp, _ maxRows: Int) throws {
        guard rows.count < maxRows else {
            throw FeatureStoreError(.documentTooLarge, "a dataset has at most \(maxRows) rows")
        }
        rows.append(row)
        times.append(event)
    }
}
