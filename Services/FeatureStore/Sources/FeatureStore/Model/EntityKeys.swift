/// Keys of many entities, one behind the other in one buffer.
package struct EntityKeys: Sendable, RandomAccessCollection {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package init(_ keys: some Sequence<EntityKey>) {
        for key in keys { append(key) }
    }

    /// The keys of `other` at `places`, in that order.
    init(_ other: EntityKeys, at places: some Collection<Int32>) {
        ends.reserveCapacity(places.count)
        for place in places { append(bytes: other.bytes[other.range(Int(place))]) }
    }

    package mutating func append(_ key: EntityKey) { append(bytes: key.bytes[...]) }

    private mutating func append(bytes key: ArraySlice<UInt8>) {
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { ends.count }

    package subscript(_ index: Int) -> EntityKey { EntityKey(bytes: Array(bytes[range(index)])) }

    /// Where a key stands in `bytes`.
    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// Whether two keys are the same.
    func areEqual(_ left: Int, _ right: Int) -> Bool { bytes[range(left)].elementsEqual(bytes[range(right)]) }

    /// Whether a key comes before another, as tables are ordered.
    func precedes(_ left: Int, _ right: Int) -> Bool {
        bytes[range(left)].lexicographicallyPrecedes(bytes[range(right)])
    }

    /// The first eight bytes as a number that sorts as they do; what is missing of them is zero.
    func prefix(_ index: Int) -> UInt64 {
        bytes[range(index)].prefix(8).reduce(into: (0 as UInt64, 56 as UInt64)) { result, byte in
            result.0 |= UInt64(byte) << result.1
            result.1 &-= 8
        }.0
    }
}
