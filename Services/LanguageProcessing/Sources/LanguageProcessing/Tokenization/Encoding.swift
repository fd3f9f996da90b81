/// Token ids of one text, with the place of each in the text.
package struct Encoding: Sendable, Equatable {
    package var ids: [Int32] = []
    /// `starts[i]..<ends[i]`, in Unicode code points of the input; empty (0..<0) for tokens a template added.
    package var starts: [Int32] = []
    package var ends: [Int32] = []
    /// 1 where the template added the token.
    package var special: [Bool] = []
    /// True when tokens were cut off to fit the limit.
    package var truncated = false

    package init() {}

    package var count: Int { ids.count }

    mutating func append(_ id: Int32, _ start: Int, _ end: Int) {
        ids.append(id)
        starts.append(Int32(truncatingIfNeeded: start))
        ends.append(Int32(truncatingIfNeeded: end))
        special.append(false)
    }

    mutating func appendSpecial(_ id: Int32) {
        ids.append(id)
        starts.append(0)
        ends.append(0)
        special.append(true)
    }

    mutating func append(contentsOf other: Encoding) {
        ids += other.ids
        starts += other.starts
        ends += other.ends
        special += other.special
    }

    mutating func truncate(to count: Int) {
        removeTokens(from: count)
        truncated = true
    }

    mutating func removeTokens(from count: Int) {
        let excess = ids.count - count
        guard excess > 0 else { return }
        ids.removeLast(excess)
        starts.removeLast(excess)
        ends.removeLast(excess)
        special.removeLast(excess)
    }

    mutating func removeFirst(_ excess: Int) {
        ids.removeFirst(excess)
        starts.removeFirst(excess)
        ends.removeFirst(excess)
        special.removeFirst(excess)
        truncated = true
    }
}
