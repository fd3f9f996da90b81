import JSONText
import ServiceAPI

/// Writes the answer of `POST /v1/features/online`: columns in the order of the request, each cell with what it is and
/// since when.
struct OnlineResponse {
    private var writer: JSONWriter

    /// - Throws: `answer_too_large`.
    static func write(_ answer: OnlineReader.Answer, includesExpired: Bool?) throws -> [UInt8] {
        var response = OnlineResponse(
            writer: JSONWriter(
                reservingCapacity: OnlineLimits.reservation(
                    rows: answer.entities.count, columns: answer.selection.outputs.count + 1)))
        try response.write(answer, includesExpired)
        return response.writer.bytes
    }

    private mutating func write(_ answer: OnlineReader.Answer, _ includesExpired: Bool?) throws {
        writer.raw("{\"as_of\":")
        time(answer.now)
        writer.raw(",\"rows\":")
        writer.integer(answer.entities.count)
        writer.raw(",\"entities\":{")
        for (index, name) in answer.entities.names.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(name)
            writer.raw(":")
            writer.array(answer.entities.columns[index]) { $0.value($1) }
        }
        writer.raw("},\"columns\":[")
        for (index, output) in answer.selection.outputs.enumerated() {
            if index > 0 { writer.raw(",") }
            let grid = answer.grids[output.view]
            let includes = includesExpired ?? (grid.view.definition.expired == .value)
            try write(output, grid, answer.places[output.view], now: answer.now, includesExpired: includes)
        }
        writer.raw("]}")
    }

    private mutating func write(
        _ output: FeatureSelection.Output, _ grid: CellGrid, _ places: [Int], now: Timestamp, includesExpired: Bool
    ) throws {
        let column = grid.columns[output.column]
        let statuses = (0..<grid.rowCount).map { grid.status(output.column, $0, now: now) }
        writer.raw("{\"name\":")
        writer.string(output.name)
        writer.raw(",\"feature\":")
        writer.string("\(grid.view.name)@v\(grid.view.version):\(column.name)")
        writer.raw(",\"type\":")
        writer.string(column.type.description)
        writer.raw(",\"values\":[")
        try OnlineLimits.check(bytes: writer.bytes.count + grid.textSize(output.column, places))
        try grid.rows.bytes.withUnsafeBytes { bytes in
            for (index, row) in places.enumerated() {
                try OnlineLimits.check(bytes: writer.bytes.count)
                if index > 0 { writer.raw(",") }
                if statuses[row] == .present || (statuses[row] == .outsideMaxAge && includesExpired) {
                    writer.cell(grid.slot(output.column, row), bytes, as: column.type, times: .text)
                } else {
                    writer.raw("null")
                }
            }
        }
        writer.raw("],\"statuses\":")
        writer.array(places) { writer, row in
            writer.raw("\"")
            writer.raw(statuses[row].text)
            writer.raw("\"")
        }
        writer.raw(",\"event_times\":")
        times(places.map { grid.order(output.column, $0)?.event })
        writer.raw(",\"created_times\":")
        times(places.map { grid.order(output.column, $0)?.created })
        writer.raw("}")
    }

    private mutating func times(_ times: [Timestamp?]) {
        writer.raw("[")
        for (index, time) in times.enumerated() {
            if index > 0 { writer.raw(",") }
            if let time { self.time(time) } else { writer.raw("null") }
        }
        writer.raw("]")
    }

    private mutating func time(_ time: Timestamp) {
        writer.raw("\"")
        time.append(to: &writer.bytes, fraction: .six)
        writer.raw("\"")
    }
}
