import JSONText
import ServiceAPI

/// Writes a dataset's rows: each entity row as it came, with its features after it.
struct DatasetWriter {
    /// What stands beside each feature.
    enum Extra: String, Codable, CaseIterable, Sendable {
        /// `name__status`.
        case status
        /// `name__event_time`.
        case eventTime = "event_time"
    }

    private let join: PointInTimeJoin
    private let extras: Set<Extra>
    private var writer = JSONWriter(reservingCapacity: 1 << 16)

    init(_ join: PointInTimeJoin, extras: Set<Extra>) {
        self.join = join
        self.extras = extras
    }

    /// Names of the columns that are added, in order.
    static func names(_ selection: FeatureSelection, extras: Set<Extra>) -> [String] {
        selection.outputs.flatMap { output in
            [output.name] + Extra.allCases.filter(extras.contains).map { "\(output.name)__\($0.rawValue)" }
        }
    }

    /// The header line of CSV; nothing for JSON lines.
    mutating func header() -> [UInt8] {
        guard join.table.format == .csv else { return [] }
        var bytes = Array(join.table.bytes[join.table.headerRange])
        for name in Self.names(join.selection, extras: extras) {
            bytes.append(UInt8(ascii: ","))
            bytes.appendCSV(name.utf8)
        }
        bytes.append(0x0A)
        return bytes
    }

    mutating func rows(_ block: Range<Int>, _ grids: [CellGrid]) -> [UInt8] {
        writer.bytes.removeAll(keepingCapacity: true)
        for row in block {
            switch join.table.format {
            case .csv: csv(row, row - block.lowerBound, grids)
            case .jsonl: line(row, row - block.lowerBound, grids)
            }
            writer.bytes.append(0x0A)
        }
        return writer.bytes
    }

    // MARK: - JSON lines

    private mutating func line(_ row: Int, _ place: Int, _ grids: [CellGrid]) {
        // Without its closing brace; what follows it was checked to be nothing.
        writer.bytes.append(contentsOf: join.table.bytes[join.table.rows[row]].dropLast())
        for output in join.selection.outputs {
            let grid = grids[output.view]
            let status = grid.status(output.column, place, now: join.table.times[row])
            writer.raw(",")
            writer.string(output.name)
            writer.raw(":")
            if status == .present {
                grid.rows.bytes.withUnsafeBytes {
                    writer.cell(
                        grid.slot(output.column, place), $0, as: grid.columns[output.column].type, times: .text)
                }
            } else {
                writer.raw("null")
            }
            if extras.contains(.status) {
                writer.raw(",")
                writer.string("\(output.name)__status")
                writer.raw(":\"")
                writer.raw(status.text)
                writer.raw("\"")
            }
            if extras.contains(.eventTime) {
                writer.raw(",")
                writer.string("\(output.name)__event_time")
                writer.raw(":")
                if let order = grid.order(output.column, place) {
                    writer.raw("\"")
                    order.event.append(to: &writer.bytes, fraction: .six)
                    writer.raw("\"")
                } else {
                    writer.raw("null")
                }
            }
        }
        writer.raw("}")
    }

    // MARK: - CSV

    private mutating func csv(_ row: Int, _ place: Int, _ grids: [CellGrid]) {
        writer.bytes.append(contentsOf: join.table.bytes[join.table.rows[row]])
        for output in join.selection.outputs {
            let grid = grids[output.view]
            let status = grid.status(output.column, place, now: join.table.times[row])
            writer.raw(",")
            if status == .present { field(grid, output.column, place) }
            if extras.contains(.status) {
                writer.raw(",")
                writer.raw(status.text)
            }
            if extras.contains(.eventTime) {
                writer.raw(",")
                grid.order(output.column, place)?.event.append(to: &writer.bytes, fraction: .six)
            }
        }
    }

    /// A field; a text without characters is in quotes, so that it is not null.
    private mutating func field(_ grid: CellGrid, _ column: Int, _ place: Int) {
        let type = grid.columns[column].type
        if case .text(let text) = grid.value(column, place) {
            text.isEmpty ? writer.raw("\"\"") : writer.bytes.appendCSV(text.utf8)
            return
        }
        var json = JSONWriter(reservingCapacity: 32)
        grid.rows.bytes.withUnsafeBytes {
            json.cell(grid.slot(column, place), $0, as: type, times: .text)
        }
        // Times, days and base64 are strings in JSON.
        let isQuoted = json.bytes.first == UInt8(ascii: "\"")
        writer.bytes.appendCSV(isQuoted ? Array(json.bytes.dropFirst().dropLast()) : json.bytes)
    }
}
