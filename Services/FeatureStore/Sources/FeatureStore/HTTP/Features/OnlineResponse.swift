import JSONText
import NIOCore
import ServiceAPI

/// Writes the answer of `POST /v1/features/online`: columns in the order of the request, each cell with what it is and
/// since when.
struct OnlineResponse {
    private var writer: JSONWriter
    private var eventTimes = TimeColumns(fraction: .six, none: "null") { $0.event }
    private var createdTimes = TimeColumns(fraction: .six, none: "null") { $0.created }

    /// - Throws: `answer_too_large`.
    static func write(_ answer: OnlineReader.Answer, includesExpired: Bool?) throws -> ByteBuffer {
        var response = OnlineResponse(
            writer: JSONWriter(
                reservingCapacity: OnlineLimits.reservation(
                    rows: answer.entities.count, columns: answer.selection.outputs.count + 1)))
        try response.write(answer, includesExpired)
        return response.writer.buffer
    }

    private mutating func write(_ answer: OnlineReader.Answer, _ includesExpired: Bool?) throws {
        writer.raw("{\"as_of\":")
        writer.time(answer.now, fraction: .six)
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
        let statuses = grid.statuses(output.column, now: now)
        writer.raw("{\"name\":")
        writer.string(output.name)
        writer.raw(",\"feature\":")
        writer.string("\(grid.view.name)@v\(grid.view.version):\(column.name)")
        writer.raw(",\"type\":")
        writer.string(column.type.description)
        writer.raw(",\"values\":")
        try writer.values(
            grid, output.column, statuses, places, includesExpired: includesExpired, times: .text)
        writer.raw(",\"statuses\":")
        writer.statuses(statuses, places)
        writer.raw(",\"event_times\":")
        eventTimes.write(grid, view: output.view, output.column, places, to: &writer)
        writer.raw(",\"created_times\":")
        createdTimes.write(grid, view: output.view, output.column, places, to: &writer)
        writer.raw("}")
    }
}
