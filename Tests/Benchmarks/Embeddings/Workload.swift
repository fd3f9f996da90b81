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
