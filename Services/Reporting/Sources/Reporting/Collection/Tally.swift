/// How often each name occurs, most frequent first, ties by name.
package struct Tally: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let count: Int

        package init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    package let entries: [Entry]
    /// Names beyond `limit`, and how often they occur together.
    package let otherNames: Int
    package let otherCount: Int

    package init(_ names: some Sequence<String>, limit: Int) {
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        let sorted = counts.map { Entry(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        entries = Array(sorted.prefix(limit))
        otherNames = sorted.count - entries.count
        otherCount = sorted.dropFirst(limit).reduce(0) { $0 + $1.count }
    }

    package var total: Int { entries.reduce(otherCount) { $0 + $1.count } }
}
