/// How far the bounds of one batch are used up.
struct BatchFill {
    private let batching: Batching
    private var rows = 0
    private var bytesPerToken = 0.0
    private(set) var count = 0
    /// Of the longest.
    private(set) var length = 1
    /// Whether no other request, or not the next one, fits in.
    private(set) var isFull = false
    /// Requests up to the greatest preferred batch size that was met exactly.
    private(set) var preferredCount: Int?

    init(_ batching: Batching) {
        self.batching = batching
    }

    /// Adds requests up to the first that does not fit.
    mutating func add(_ requests: [ScheduledRequest]) {
        for request in requests where !add(request) { return }
    }

    /// False, and nothing changes but `isFull`, when the request does not fit.
    ///
    /// The first fits in any case.
    @discardableResult
    mutating func add(_ request: ScheduledRequest) -> Bool {
        let newRows = rows + request.rows
        let newLength = max(length, request.length)
        let newBytesPerToken = max(bytesPerToken, request.bytesPerToken)
        let tokens = newRows * newLength
        guard
            count == 0
                || newRows <= batching.maxBatchSize && tokens <= batching.maxBatchTokens
                    && Double(tokens) * newBytesPerToken <= Double(batching.maxBatchBytes)
        else {
            isFull = true
            return false
        }
        (rows, length, bytesPerToken) = (newRows, newLength, newBytesPerToken)
        count += 1
        if batching.preferredBatchSizes.contains(rows) { preferredCount = count }
        if rows >= batching.maxBatchSize { isFull = true }
        return true
    }
}

extension ScheduledRequest {
    /// What a padded token takes; tokens of one row and of another take the same.
    var bytesPerToken: Double { Double(bytes) / Double(max(1, tokens)) }
}
