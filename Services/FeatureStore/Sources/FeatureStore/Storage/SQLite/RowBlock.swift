/// Latest rows by view and entity, all in three arrays: a row takes some eighty bytes and its own, and is found without
/// following a pointer to it.
///
/// Rows are only added to; what is replaced stays until the block goes. A block has less than 2 GiB.
struct RowBlock {
    /// A row, or that the store has none.
    struct Entry {
        fileprivate var hash: Int
        fileprivate var view: Int64
        private(set) var order: RowOrder
        /// Where the key begins, and how long it is.
        fileprivate var key: Int32
        fileprivate var keyCount: Int32
        /// Where cells begin, and times after them.
        private var start: Int32 = 0
        private var cellCount: Int32 = 0
        private var timeCount: Int32 = 0
        private(set) var isPresent = false
        /// Whether this is what the store has.
        fileprivate(set) var isCurrent = false

        fileprivate init(hash: Int, view: Int64, key: Int32, keyCount: Int32) {
            self.hash = hash
            self.view = view
            self.key = key
            self.keyCount = keyCount
            let never = Timestamp(microseconds: 0)
            order = RowOrder(event: never, created: never, sequence: 0)
        }

        var cells: Range<Int> { Int(start)..<Int(start + cellCount) }
        var times: Range<Int> { Int(start + cellCount)..<Int(start + cellCount + timeCount) }

        fileprivate mutating func set(_ order: RowOrder?, start: Int, cells: Int, times: Int) {
            self.order = order ?? self.order
            isPresent = order != nil
            isCurrent = true
            self.start = Int32(start)
            cellCount = Int32(cells)
            timeCount = Int32(times)
        }
    }

    /// Where a row is, in whatever block.
    struct Key: Equatable {
        let hash: Int
        let view: Int64
        let bytes: [UInt8]

        init(_ view: Int64, _ key: EntityKey) {
            self.view = view
            bytes = key.bytes
            var hasher = Hasher()
            hasher.combine(view)
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
            hash = hasher.finalize()
        }
    }

    private var entries: [Entry] = []
    private(set) var bytes: [UInt8] = []
    /// Index into `entries` plus one, 0 where nothing is; a power of two, and half full at most.
    private var slots = [Int32](repeating: 0, count: 64)

    /// Bytes of memory.
    var size: Int {
        bytes.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * MemoryLayout<Int32>.stride
    }

    func entry(_ key: Key) -> Entry? {
        guard let index = index(key), entries[index].isCurrent else { return nil }
        return entries[index]
    }

    /// - Parameter order: nil where the store has no row.
    mutating func set(_ key: Key, _ order: RowOrder?, cells: UnsafeRawBufferPointer, times: UnsafeRawBufferPointer) {
        let index = index(key) ?? add(key)
        let start = bytes.count
        bytes.append(contentsOf: cells)
        bytes.append(contentsOf: times)
        entries[index].set(order, start: start, cells: cells.count, times: times.count)
    }

    mutating func remove(_ key: Key) {
        if let index = index(key) { entries[index].isCurrent = false }
    }

    private func index(_ key: Key) -> Int? {
        var slot = key.hash & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == key.hash, entries[index].view == key.view, holds(entries[index], key.bytes) {
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func holds(_ entry: Entry, _ key: [UInt8]) -> Bool {
        let range = Int(entry.key)..<Int(entry.key + entry.keyCount)
        return range.count == key.count
            && bytes.withUnsafeBytes { bytes in
                key.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: bytes[range]).elementsEqual($0) }
            }
    }

    private mutating func add(_ key: Key) -> Int {
        entries.append(
            Entry(hash: key.hash, view: key.view, key: Int32(bytes.count), keyCount: Int32(key.bytes.count)))
        bytes.append(contentsOf: key.bytes)
        if entries.count * 2 > slots.count {
            slots = [Int32](repeating: 0, count: slots.count * 2)
            for index in entries.indices { place(index) }
        } else {
            place(entries.count - 1)
        }
        return entries.count - 1
    }

    private mutating func place(_ index: Int) {
        var slot = entries[index].hash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index + 1)
    }
}
