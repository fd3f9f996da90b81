/// Records of a CSV file (RFC 4180), one after the other: commas, fields in double quotes where they need it, either
/// kind of line end, no trimming.
struct CSVReader {
    struct Field: Sendable {
        /// Within the record's bytes.
        var range: Range<Int>
        /// Whether it stood in quotes; then doubled quotes stand for one.
        var isQuoted: Bool
    }

    /// Bytes of one record, without its line end; quotes as they were.
    struct Record {
        var bytes: ArraySlice<UInt8>
        var fields: [Field]
        /// 1-based line of the file where it begins.
        var line: Int

        func text(_ index: Int) -> String {
            let field = fields[index]
            let bytes = bytes[field.range]
            guard field.isQuoted else { return String(decoding: bytes, as: UTF8.self) }
            return String(decoding: bytes, as: UTF8.self).replacing("\"\"", with: "\"")
        }
    }

    static let longestRecord = 16 << 20

    private var buffer: [UInt8] = []
    private var position = 0
    private var line = 1
    private var isAtEnd = false
    private let refill: () throws -> [UInt8]?

    /// - Parameter refill: the next bytes; nil or none at the end.
    init(_ refill: @escaping () throws -> [UInt8]?) {
        self.refill = refill
    }

    /// Reads what is in memory.
    init(_ bytes: [UInt8]) {
        buffer = bytes
        isAtEnd = true
        refill = { nil }
        skipByteOrderMark()
    }

    /// - Throws: `malformed_table` naming the line.
    mutating func next() throws -> Record? {
        while true {
            if let record = try scan() { return record }
            guard !isAtEnd else { return nil }
            try fill()
        }
    }

    private mutating func fill() throws {
        let isFirst = buffer.isEmpty && position == 0
        buffer.removeFirst(position)
        position = 0
        guard buffer.count <= Self.longestRecord else { throw malformed("a record is longer than 16 MiB") }
        if let more = try refill(), !more.isEmpty { buffer += more } else { isAtEnd = true }
        if isFirst { skipByteOrderMark() }
    }

    private mutating func skipByteOrderMark() {
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The record that begins at `position`; nil where its end is not in the buffer yet.
    private mutating func scan() throws -> Record? {
        // Empty lines are no records.
        while position < buffer.count, buffer[position] == 0x0A || buffer[position] == 0x0D {
            if buffer[position] == 0x0A { line += 1 }
            position += 1
        }
        guard position < buffer.count else { return nil }
        var fields: [Field] = []
        var index = position
        var lines = 0
        while true {
            guard let (field, end) = try scanField(at: index, &lines) else { return nil }
            fields.append(field)
            if end < buffer.count, buffer[end] == UInt8(ascii: ",") {
                index = end + 1
                continue
            }
            if end == buffer.count, !isAtEnd { return nil }
            let record = Record(bytes: buffer[position..<end], fields: fields, line: line)
            line += lines
            position = end
            return record
        }
    }

    private func scanField(at start: Int, _ lines: inout Int) throws -> (Field, end: Int)? {
        guard start < buffer.count else { return isAtEnd ? (Field(range: start..<start, isQuoted: false), start) : nil }
        var index = start
        guard buffer[start] == UInt8(ascii: "\"") else {
            while index < buffer.count, buffer[index] != UInt8(ascii: ","), buffer[index] != 0x0A, buffer[index] != 0x0D
            {
                index += 1
            }
            return index == buffer.count && !isAtEnd ? nil : (Field(range: start..<index, isQuoted: false), index)
        }
        index += 1
        while index < buffer.count {
            if buffer[index] == 0x0A { lines += 1 }
            if buffer[index] == UInt8(ascii: "\"") {
                guard index + 1 < buffer.count else { break }
                if buffer[index + 1] != UInt8(ascii: "\"") {
                    let end = index + 1
                    guard [UInt8(ascii: ","), 0x0A, 0x0D].contains(buffer[end]) else {
                        throw malformed("text follows a closing quote")
                    }
                    return (Field(range: (start + 1)..<index, isQuoted: true), end)
                }
                index += 1
            }
            index += 1
        }
        guard isAtEnd else {
            lines = 0
            return nil
        }
        guard index == buffer.count - 1, buffer[index] == UInt8(ascii: "\""), index > start else {
            throw malformed("a quoted field does not end")
        }
        return (Field(range: (start + 1)..<index, isQuoted: true), buffer.count)
    }

    private func malformed(_ message: String) -> FeatureStoreError {
        FeatureStoreError(.malformedTable, "line \(line): \(message)", field: "line \(line)")
    }
}

extension [UInt8] {
    /// Appends a CSV field, in quotes where it needs them.
    mutating func appendCSV(_ text: some Sequence<UInt8>) {
        let start = count
        append(contentsOf: text)
        let needsQuotes = self[start...].contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
        }
        guard needsQuotes else { return }
        let plain = Array(self[start...])
        removeLast(count - start)
        append(UInt8(ascii: "\""))
        for byte in plain {
            if byte == UInt8(ascii: "\"") { append(byte) }
            append(byte)
        }
        append(UInt8(ascii: "\""))
    }
}
