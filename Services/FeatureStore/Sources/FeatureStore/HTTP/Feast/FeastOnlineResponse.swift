import JSONText
import NIOCore
import ServiceAPI

/// Writes the answer of Feast's `POST /get-online-features`: one element of `results` for each name in
/// `metadata.feature_names`, entities first.
struct FeastOnlineResponse {
    private let answer: OnlineReader.Answer
    private var writer: JSONWriter
    private var times = TimeColumns(fraction: .shortest, none: Self.noTime) { $0.event }

    private static let noTime: StaticString = "\"1970-01-01T00:00:00Z\""

    /// - Parameter distances: of the rows from what was searched for; a column of its own where given.
    /// - Throws: `answer_too_large`.
    static func write(_ answer: OnlineReader.Answer, distances: [Float]? = nil) throws -> ByteBuffer {
        var response = FeastOnlineResponse(answer)
        try response.write(distances)
        return response.writer.buffer
    }

    private init(_ answer: OnlineReader.Answer) {
        self.answer = answer
        writer = JSONWriter(
            reservingCapacity: OnlineLimits.reservation(
                rows: answer.entities.count, columns: answer.selection.outputs.count + 1))
    }

    private mutating func write(_ distances: [Float]?) throws {
        writer.raw("{\"results\":[")
        let entities = answer.entities.columns
        for (index, column) in entities.enumerated() { present(column, isFirst: index == 0) { $0.value($1) } }
        for (index, output) in answer.selection.outputs.enumerated() {
            if index > 0 || !entities.isEmpty { writer.raw(",") }
            try write(output)
        }
        if let distances { present(distances, isFirst: false) { $0.float(Double($1)) } }
        writer.raw("],\"metadata\":{\"feature_names\":")
        let names = answer.entities.names + answer.selection.outputs.map(\.name)
        writer.array(names + (distances == nil ? [] : ["distance"])) { $0.string($1) }
        writer.raw("}}")
    }

    /// A column that is there for every row and has no time.
    private mutating func present<Element>(
        _ column: [Element], isFirst: Bool, _ write: (inout JSONWriter, Element) -> Void
    ) {
        if !isFirst { writer.raw(",") }
        writer.raw("{\"values\":")
        writer.array(column, write)
        writer.raw(",\"statuses\":[")
        writer.raw("\"PRESENT\"", repeated: column.count)
        writer.raw("],\"event_timestamps\":[")
        writer.raw(Self.noTime, repeated: column.count)
        writer.raw("]}")
    }

    private mutating func write(_ output: FeatureSelection.Output) throws {
        let grid = answer.grids[output.view]
        let places = answer.places[output.view]
        let statuses = grid.statuses(output.column, now: answer.now)
        writer.raw("{\"values\":")
        try writer.values(
            grid, output.column, statuses, places, includesExpired: grid.view.definition.expired == .value,
            times: .seconds)
        writer.raw(",\"statuses\":")
        writer.statuses(statuses, places)
        writer.raw(",\"event_timestamps\":")
        times.write(grid, view: output.view, output.column, places, to: &writer)
        writer.raw("}")
    }
}
