/// Rows as they came out of a store, in one buffer.
package struct StoredRows: Sendable {
    package struct Entry: Sendable {
        private let held: RowOrder
        private let isHeld: Bool
        // Reading is bounded far below what 32 bits reach.
        private let start: UInt32
        private let middle: UInt32
        private let end: UInt32

        fileprivate init(_ order: RowOrder?, _ start: Int, _ middle: Int, _ end: Int) {
            isHeld = order != nil
            held = order ?? RowOrder(event: .distantFuture, created: .distantFuture, sequence: 0)
            (self.start, self.middle, self.end) = (UInt32(start), UInt32(middle), UInt32(end))
        }

        fileprivate init(_ other: Entry, movedTo start: Int) {
            self.init(other.order, start, start + other.cells.count, start + other.range.count)
        }

        fileprivate var range: Range<Int> { Int(start)..<Int(end) }

        /// Nil where there is no row.
        package var order: RowOrder? { isHeld ? held : nil }
        var cells: Range<Int> { Int(start)..<Int(middle) }
        /// Empty where all cells have the row's order; see ``LatestRow``.
        var times: Range<Int> { Int(middle)..<Int(end) }
    }

    package private(set) var entries: [Entry] = []
    private(set) var bytes: [UInt8] = []

    package init(reserving rows: Int = 0) {
        entries.reserveCapacity(rows)
        bytes.reserveCapacity(rows * 64)
    }

    /// The rows of `parts` at `places`, in that order; places count the parts through.
    init(_ parts: [StoredRows], at places: some Collection<Int32>) {
        self.init(reserving: places.count)
        for place in places {
            let (part, index) = parts.locate(place)
            let entry = parts[part].entries[index]
            entries.append(Entry(entry, movedTo: bytes.count))
            bytes.append(contentsOf: parts[part].bytes[entry.range])
        }
    }

    /// As many that are not there.
    init(missing count: Int) {
        entries = Array(repeating: Entry(nil, 0, 0, 0), count: count)
    }

    mutating func appendMissing() {
        entries.append(Entry(nil, 0, 0, 0))
    }

    /// Appends the last row once more; it does not take its bytes twice.
    mutating func appendLastAgain() {
        if let last = entries.last { entries.append(last) }
    }

    mutating func append(order: RowOrder, cells: UnsafeRawBufferPointer, times: UnsafeRawBufferPointer? = nil) {
        let start = bytes.count
        bytes.append(contentsOf: cells)
        let middle = bytes.count
        if let times { bytes.append(contentsOf: times) }
        entries.append(Entry(order, start, middle, bytes.count))
    }

    mutating func append(_ row: LatestRow?) {
        guard let row else { return appendMissing() }
        row.cells.bytes.withUnsafeBytes { cells in
            row.times.withUnsafeBytes { append(order: row.order, cells: cells, times: $0) }
        }
    }

    /// Puts a row where none was.
    mutating func fill(
        _ index: Int, order: RowOrder, cells: UnsafeRawBufferPointer, times: UnsafeRawBufferPointer
    ) {
        append(order: order, cells: cells, times: times)
        entries.swapAt(index, entries.count - 1)
        entries.removeLast()
    }

    /// Puts a row of others where none was.
    mutating func fill(_ index: Int, from other: StoredRows, _ row: Int) {
        let entry = other.entries[row]
        guard let order = entry.order else { return }
        other.bytes.withUnsafeBytes { bytes in
            fill(
                index, order: order, cells: UnsafeRawBufferPointer(rebasing: bytes[entry.cells]),
                times: UnsafeRawBufferPointer(rebasing: bytes[entry.times]))
        }
    }

    package subscript(_ index: Int) -> LatestRow? {
        let entry = entries[index]
        return entry.order.map {
            LatestRow(order: $0, cells: PackedRow(stored: Array(bytes[entry.cells])), times: Array(bytes[entry.times]))
        }
    }
}

extension [StoredRows] {
    fileprivate func locate(_ place: Int32) -> (part: Int, index: Int) {
        var (part, index) = (0, Int(place))
        while index >= self[part].entries.count {
            index -= self[part].entries.count
            part += 1
        }
        return (part, index)
    }

    /// Bytes of the row at `place`, the parts counted through.
    func size(at place: Int32) -> Int {
        let (part, index) = locate(place)
        return self[part].entries[index].range.count
    }
}
