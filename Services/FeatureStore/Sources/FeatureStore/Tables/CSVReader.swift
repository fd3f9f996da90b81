/// Records of a CSV file (RFC 4180), one after the other: commas, fields in double quotes where they need it, either
/// kind of line end, no trimming.
struct CSVReader {
    private struct Field {
        /// Within the buffer, without quotes.
        var range: Range<Int>
        /// Whether it stood in quotes; then doubled quotes stand for one.
        var isQuoted: Bool
    }

    static let longestRecord = 16 << 20

    /// Where the record stands in the buffer, without its line end.
    ///
    /// Quotes are as they were. Of what is read in memory it is the place there.
    private(set) var record = 0..<0
    /// 1-based line of the file where the record begins.
    private(set) var line = 1
    private var fields: [Field] = []
    private var buffer: [UInt8] = []
    private var position = 0
    private var nextLine = 1
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

    /// Goes to the next record.
    /// - Returns: whether there is one.
    /// - Throws: `malformed_table` naming the line.
    mutating func next() throws -> Bool {
        while true {
            if try scan() { return true }
            guard !isAtEnd else { return false }
            try fill()
        }
    }

    // MARK: - Fields of the record

    var count: Int { fields.count }

    var bytes: [UInt8] { Array(buffer[record]) }

    /// Whether nothing stands in a field, not even quotes.
    func isEmpty(_ index: Int) -> Bool { fields[index].range.isEmpty && !fields[index].isQuoted }

    func text(_ index: Int) -> String { withBytes(index) { String(decoding: $0, as: UTF8.self) } }

    var texts: [String] { fields.indices.map(text) }

    /// Calls `body` with a field's bytes, which live as long as it runs.
    @inline(__always)
    func withBytes<T, Failure>(
        _ index: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> T
    ) throws(Failure) -> T {
        let field = fields[index]
        guard !field.isQuoted else { return try withQuotedBytes(field.range, body) }
        return try buffer.withUnsafeBufferPointer { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[field.range])))
        }
    }

    private func withQuotedBytes<T, Failure>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> T
    ) throws(Failure) -> T {
        let quote = UInt8(ascii: "\"")
        var plain: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            plain.append(buffer[index])
            index += buffer[index] == quote ? 2 : 1
        }
        return try plain.withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
    }

    // MARK: - Scanning

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

    /// Scans the record that begins at `position`.
    /// - Returns: false where its end is not in the buffer yet.
    private mutating func scan() throws -> Bool {
        // Empty lines are no records.
        while position < buffer.count, buffer[position] == 0x0A || buffer[position] == 0x0D {
            if buffer[position] == 0x0A { nextLine += 1 }
            position += 1
        }
        guard position < buffer.count else { return false }
        line = nextLine
        fields.removeAll(keepingCapacity: true)
        var index = position
        var lines = 0
        while true {
            guard let end = try scanField(at: index, &lines) else { return false }
            if end < buffer.count, buffer[end] == UInt8(ascii: ",") {
                index = end + 1
                continue
            }
            if end == buffer.count, !isAtEnd { return false }
            record = position..<end
            nextLine += lines
            position = end
            return true
        }
    }

    /// - Returns: where the field ends; nil where that is not in the buffer yet.
    private mutating func scanField(at start: Int, _ lines: inout Int) throws -> Int? {
        if start < buffer.count, buffer[start] == UInt8(ascii: "\"") {
            guard let (range, end) = try scanQuoted(from: start + 1, &lines) else { return nil }
            fields.append(Field(range: range, isQuoted: true))
            return end
        }
        let end = buffer.withUnsafeBytes { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                // Most bytes are greater than all that end a field.
                if byte <= UInt8(ascii: ","), byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D { break }
                index += 1
            }
            return index
        }
        guard end < buffer.count || isAtEnd else { return nil }
        fields.append(Field(range: start..<end, isQuoted: false))
        return end
    }

    private func scanQuoted(from start: Int, _ lines: inout Int) throws -> (Range<Int>, end: Int)? {
        var index = start
        while index < buffer.count {
            if buffer[index] == 0x0A { lines += 1 }
            if buffer[index] == UInt8(ascii: "\"") {
                guard index + 1 < buffer.count else { break }
                if buffer[index + 1] != UInt8(ascii: "\"") {
                    let end = index + 1
                    guard [UInt8(ascii: ","), 0x0A, 0x0D].contains(buffer[end]) else {
                        throw malformed("text follows a closing quote")
                    }
                    return (start..<index, end)
                }
                index += 1
            }
            index += 1
        }
        guard isAtEnd else { return nil }
        guard index == buffer.count - 1, buffer[index] == UInt8(ascii: "\"") else {
            throw malformed("a quoted field does not end")
        }
        return (start..<index, buffer.count)
    }

    private func malformed(_ message: String) -> FeatureStoreError {
        FeatureStoreError(.malformedTable, "line \(nextLine): \(message)", field: "line \(nextLine)")
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
