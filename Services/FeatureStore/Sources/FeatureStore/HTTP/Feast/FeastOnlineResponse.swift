import JSONText
import ServiceAPI

/// Writes the answer of Feast's `POST /get-online-features`: one element of `results` for each name in
/// `metadata.feature_names`, entities first.
struct FeastOnlineResponse {
    private let answer: OnlineReader.Answer
    private var writer: JSONWriter

    /// - Parameter distances: of the rows from what was searched for; a column of its own where given.
    /// - Throws: `answer_too_large`.
    static func write(_ answer: OnlineReader.Answer, distances: [Float]? = nil) throws -> [UInt8] {
        var response = FeastOnlineResponse(answer)
        try response.write(distances)
        return response.writer.bytes
    }

    private init(_ answer: OnlineReader.Answer) {
        self.answer = answer
        writer = JSONWriter(
            reservingCapacity: OnlineLimits.reservation(
                rows: answer.entities.count, columns: answer.selection.outputs.count + 1))
    }

    private mutating func write(_ distances: [Float]?) throws {
        writer.raw("{\"results\":[")
        for column in answer.entities.columns { present(column) { $0.value($1) } }
        let times = answer.grids.map(Self.timeTexts)
        for output in answer.selection.outputs {
            if writer.bytes.last != UInt8(ascii: "[") { writer.raw(",") }
            try write(answer.grids[output.view], output.column, answer.places[output.view], times[output.view])
        }
        if let distances { present(distances) { $0.float(Double($1)) } }
        writer.raw("],\"metadata\":{\"feature_names\":")
        let names = answer.entities.names + answer.selection.outputs.map(\.name)
        writer.array(names + (distances == nil ? [] : ["distance"])) { $0.string($1) }
        writer.raw("}}")
    }

    /// A column that is there for every row and has no time.
    private mutating func present<Element>(_ column: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        if writer.bytes.last != UInt8(ascii: "[") { writer.raw(",") }
        writer.raw("{\"values\":")
        writer.array(column, write)
        writer.raw(",\"statuses\":")
        writer.array(column) { writer, _ in writer.raw("\"PRESENT\"") }
        writer.raw(",\"event_timestamps\":")
        writer.array(column) { writer, _ in writer.raw("\"1970-01-01T00:00:00Z\"") }
        writer.raw("}")
    }

    private mutating func write(_ grid: CellGrid, _ column: Int, _ places: [Int], _ times: [[UInt8]]) throws {
        let type = grid.columns[column].type
        let servesExpired = grid.view.definition.expired == .value
        let statuses = (0..<grid.rowCount).map { grid.status(column, $0, now: answer.now) }
        writer.raw("{\"values\":[")
        try OnlineLimits.check(bytes: writer.bytes.count + grid.textSize(column, places))
        try grid.rows.bytes.withUnsafeBytes { bytes in
            for (index, row) in places.enumerated() {
                try OnlineLimits.check(bytes: writer.bytes.count)
                if index > 0 { writer.raw(",") }
                if statuses[row] == .present || (statuses[row] == .outsideMaxAge && servesExpired) {
                    writer.cell(grid.slot(column, row), bytes, as: type, times: .seconds)
                } else {
                    writer.raw("null")
                }
            }
        }
        writer.raw("],\"statuses\":[")
        for (index, row) in places.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.raw("\"")
            writer.raw(statuses[row].text)
            writer.raw("\"")
        }
        writer.raw("],\"event_timestamps\":[")
        for (index, row) in places.enumerated() {
            if index > 0 { writer.raw(",") }
            let order = grid.order(column, row)
            if order == grid.rows.entries[row].order {
                writer.bytes.append(contentsOf: times[row])
            } else {
                writer.bytes.append(contentsOf: Self.timeText(order))
            }
        }
        writer.raw("]}")
    }

    /// The quoted event time of each row; 1970 where there is none.
    private static func timeTexts(_ grid: CellGrid) -> [[UInt8]] {
        grid.rows.entries.map { timeText($0.order) }
    }

    private static func timeText(_ order: RowOrder?) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "\"")]
        (order?.event ?? Timestamp(microseconds: 0)).append(to: &text, fraction: .shortest)
        text.append(UInt8(ascii: "\""))
        return text
    }
}
