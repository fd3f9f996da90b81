/// A trie over byte strings, stored as a hash table of edges.
struct ByteTrie: Sendable {
    static let root: UInt32 = 0

    // Open addressing, linear probing, at most half full. An edge is `key << 32 | child`; a child is never
    // the root, so 0 is an empty slot.
    private var edges: [UInt64]
    private var used = 0
    /// The value of the string that ends at each node; -1 for none.
    private var values: [Int32] = [-1]

    /// - Parameter bytes: about how many bytes will be inserted, so that the table seldom grows.
    init(expecting bytes: Int = 0) {
        var slots = 64
        while slots < bytes { slots *= 2 }
        edges = [UInt64](repeating: 0, count: slots)
    }

    var isEmpty: Bool { used == 0 }

    /// Node numbers have 24 bits.
    private static let maximumNodes = 1 << 24

    mutating func insert(_ string: some Sequence<UInt8>, value: Int32) throws {
        var node = Self.root
        for byte in string {
            if let next = child(of: node, byte) {
                node = next
                continue
            }
            if (used + 1) * 2 > edges.count { grow() }
            guard values.count < Self.maximumNodes else {
                throw LanguageProcessingError(.tokenizerFile, "model.vocab: more than \(Self.maximumNodes) trie nodes")
            }
            let next = UInt32(values.count)
            values.append(-1)
            place(UInt64(Self.key(node, byte)) << 32 | UInt64(next))
            used += 1
            node = next
        }
        values[Int(node)] = value
    }

    func node(after string: some Sequence<UInt8>) -> UInt32? {
        var node = Self.root
        for byte in string {
            guard let next = child(of: node, byte) else { return nil }
            node = next
        }
        return node
    }

    func value(of string: some Sequence<UInt8>) -> Int32? {
        guard let node = node(after: string), values[Int(node)] >= 0 else { return nil }
        return values[Int(node)]
    }

    /// The longest string of the trie that `bytes` continues with at `start`, walking from `node`.
    @inline(__always)
    func longestMatch(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, at node: UInt32
    ) -> (value: Int32, end: Int)? {
        var node = node
        var value: Int32 = -1
        var end = start
        var position = start
        while position < bytes.count, let next = child(of: node, bytes[position]) {
            node = next
            position += 1
            if values[Int(node)] >= 0 {
                value = values[Int(node)]
                end = position
            }
        }
        return value >= 0 ? (value, end) : nil
    }

    private static func key(_ node: UInt32, _ byte: UInt8) -> UInt32 { node << 8 | UInt32(byte) }

    @inline(__always)
    private func child(of node: UInt32, _ byte: UInt8) -> UInt32? {
        let key = Self.key(node, byte)
        let mask = edges.count - 1
        var slot = Self.slot(key) & mask
        while true {
            let edge = edges[slot]
            if edge == 0 { return nil }
            if UInt32(truncatingIfNeeded: edge >> 32) == key { return UInt32(truncatingIfNeeded: edge) }
            slot = (slot + 1) & mask
        }
    }

    /// Fibonacci hashing: the multiplier is 2^64 divided by the golden ratio.
    @inline(__always)
    private static func slot(_ key: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }

    private mutating func place(_ edge: UInt64) {
        let mask = edges.count - 1
        var slot = Self.slot(UInt32(truncatingIfNeeded: edge >> 32)) & mask
        while edges[slot] != 0 { slot = (slot + 1) & mask }
        edges[slot] = edge
    }

    private mutating func grow() {
        let old = edges
        edges = [UInt64](repeating: 0, count: old.count * 2)
        for edge in old where edge != 0 { place(edge) }
    }
}
