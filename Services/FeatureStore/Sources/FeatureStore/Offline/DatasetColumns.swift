import JSONText
import NIOCore
import ServiceAPI

/// The text of a block's features, column by column, until it is put behind the entity rows.
struct DatasetColumns {
    private let join: PointInTimeJoin
    private let block: Range<Int>
    private let extras: Set<DatasetWriter.Extra>
    private var writer: JSONWriter
    /// Where the text of each cell ends, column by column.
    private var ends: [Int32] = []

    init(_ join: PointInTimeJoin, _ block: Range<Int>, extras: Set<DatasetWriter.Extra>) {
        self.join = join
        self.block = block
        self.extras = extras
        let cells = block.count * join.selection.outputs.count
        writer = JSONWriter(reservingCapacity: cells * 12)
        ends.reserveCapacity(cells)
    }

    mutating func append(_ output: FeatureSelection.Output, _ grid: CellGrid) {
        var head = JSONWriter(reservingCapacity: 64)
        head.raw(",")
        if join.table.format == .jsonl {
            head.string(output.name)
            head.raw(":")
        }
        let (isCSV, type) = (join.table.format == .csv, grid.columns[output.column].type)
        grid.rows.bytes.withUnsafeBytes { bytes in
            for place in 0..<block.count {
                let status = grid.status(output.column, place, now: join.table.times[block.lowerBound + place])
                writer.append(head)
                if status == .present {
                    let slot = grid.slot(output.column, place)
                    isCSV ? writer.csv(slot, bytes, as: type) : writer.cell(slot, bytes, as: type, times: .text)
                } else if !isCSV {
                    writer.raw("null")
                }
                if !extras.isEmpty { append(extras: output, status, grid.order(output.column, place)) }
                ends.append(Int32(writer.count))
            }
        }
    }

    private mutating func append(
        extras output: FeatureSelection.Output, _ status: CellGrid.Status, _ order: RowOrder?
    ) {
        let isCSV = join.table.format == .csv
        for extra in DatasetWriter.Extra.allCases where extras.contains(extra) {
            writer.raw(",")
            if !isCSV {
                writer.string("\(output.name)__\(extra.rawValue)")
                writer.raw(":")
            }
            let isNull = extra == .eventTime && order == nil
            guard !isNull else {
                if !isCSV { writer.raw("null") }
                continue
            }
            if !isCSV { writer.raw("\"") }
            switch extra {
            case .status: writer.raw(status.text)
            case .eventTime:
                if let event = order?.event {
                    writer.withRoom(Timestamp.textWidth) { $0.fill { event.write(to: $0, fraction: .six) } }
                }
            }
            if !isCSV { writer.raw("\"") }
        }
    }

    /// The entity rows, each with its features and a line end.
    func rows() -> [UInt8] {
        let columns = block.isEmpty ? 0 : ends.count / block.count
        // A JSON line without its closing brace; what follows that was checked to be nothing.
        let brace = join.table.format == .jsonl ? 1 : 0
        let size = block.reduce(writer.count) { $0 + join.table.rows[$1].count + 1 }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            func copy(_ source: UnsafeRawBufferPointer, _ range: Range<Int>) {
                UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[range]))
                count += range.count
            }
            join.table.bytes.withUnsafeBytes { entities in
                writer.buffer.withUnsafeReadableBytes { text in
                    for place in 0..<block.count {
                        let row = join.table.rows[block.lowerBound + place]
                        copy(entities, row.lowerBound..<(row.upperBound - brace))
                        for column in 0..<columns {
                            let cell = column * block.count + place
                            copy(text, Int(cell == 0 ? 0 : ends[cell - 1])..<Int(ends[cell]))
                        }
                        if brace == 1 {
                            target[count] = UInt8(ascii: "}")
                            count += 1
                        }
                        target[count] = 0x0A
                        count += 1
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    /// A cell as a CSV field; a text without characters is in quotes, so that it is not null.
    fileprivate mutating func csv(_ slot: CellGrid.Slot, _ cells: UnsafeRawBufferPointer, as type: FeatureType) {
        switch slot.kind {
        case .text:
            var reader = PackedReader(cells, in: Int(slot.start)..<Int(slot.end))
            let text = reader.counted()
            text.isEmpty ? raw("\"\"") : csv(UnsafeRawBufferPointer(rebasing: cells[text]))
        case .no, .yes, .double, .float: cell(slot, cells, as: type, times: .text)
        case .int where type.element == .int64 || type.element == .int32: cell(slot, cells, as: type, times: .text)
        case .null, nil: break
        case .int, .bytes:
            // Times, days and base64 are strings in JSON; none of them needs quotes here.
            var text = JSONWriter(reservingCapacity: 64)
            text.cell(slot, cells, as: type, times: .text)
            raw(text.buffer.readableBytesView.dropFirst().dropLast())
        case .floats, .list:
            var list = JSONWriter(reservingCapacity: 64)
            list.cell(slot, cells, as: type, times: .text)
            csv(list.buffer.readableBytesView)
        }
    }

    private mutating func csv(_ text: some Sequence<UInt8>) {
        var field: [UInt8] = []
        field.appendCSV(text)
        raw(field)
    }
}
