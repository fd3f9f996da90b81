/// Lines of a file, without their ends; empty ones are passed over.
struct LineReader {
    static let longestLine = 16 << 20

    private var buffer: [UInt8] = []
    private var position = 0
    private(set) var line = 0
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
    }

    /// - Throws: `malformed_table` for a line that is too long.
    mutating func next() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[position...].firstIndex(of: 0x0A) {
                let found = trimmed(buffer[position..<end])
                position = end + 1
                line += 1
                if found.isEmpty { continue }
                return found
            }
            if isAtEnd {
                let rest = trimmed(buffer[position...])
                position = buffer.count
                line += 1
                return rest.isEmpty ? nil : rest
            }
            buffer.removeFirst(position)
            position = 0
            guard buffer.count <= Self.longestLine else {
                throw FeatureStoreError(.malformedTable, "line \(line + 1) is longer than 16 MiB")
            }
            if let more = try refill(), !more.isEmpty { buffer += more } else { isAtEnd = true }
        }
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let last = bytes.last, last == 0x0D || last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }
}
