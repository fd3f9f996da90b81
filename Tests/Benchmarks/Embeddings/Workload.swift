/// Texts of one length, sent in requests of one size.
struct Workload {
    let batchSize: Int
    /// Tokens of each text, the model's own two included.
    let tokens: Int
    /// Requests in a round of one side.
    let requests: Int

    /// English words that are one token each in BERT's vocabulary.
    private static let words = [
        "account", "balance", "bank", "card", "cash", "change", "charge", "check", "credit", "customer", "date", "day",
        "document", "exchange", "family", "fund", "house", "interest", "letter", "limit", "line", "loan", "market",
        "money", "month", "name", "number", "office", "order", "page", "payment", "people", "price", "question", "rate",
        "record", "report", "section", "service", "state", "street", "table", "time", "total", "transfer", "value",
        "week", "window", "word", "year",
    ]

    /// Different texts, always the same.
    var texts: [String] {
        (0..<batchSize).map { row in
            (0..<tokens - 2).map { Self.words[(row * 7 + $0 * $0 + $0) % Self.words.count] }.joined(separator: " ")
        }
    }
}

/// Token ids as the engine takes them; no row is padded.
struct TokenBatch {
    let rows: Int
    let width: Int
    let ids: [Int64]
    let mask: [Int64]
    let types: [Int64]

    init(_ rows: [[Int64]]) {
        self.rows = rows.count
        width = rows.first?.count ?? 0
        ids = rows.flatMap { $0 }
        mask = [Int64](repeating: 1, count: ids.count)
        types = [Int64](repeating: 0, count: ids.count)
    }
}
