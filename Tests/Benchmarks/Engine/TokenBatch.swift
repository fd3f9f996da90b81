/// Token ids as the engine takes them; no row is padded.
package struct TokenBatch: Sendable {
    package let rows: Int
    package let width: Int
    package let ids: [Int64]
    package let mask: [Int64]
    package let types: [Int64]

    package init(_ rows: [[Int64]]) {
        self.rows = rows.count
        width = rows.first?.count ?? 0
        ids = rows.flatMap { $0 }
        mask = [Int64](repeating: 1, count: ids.count)
        types = [Int64](repeating: 0, count: ids.count)
    }
}
