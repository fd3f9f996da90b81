/// Grants requests at a steady rate, and some at once after a pause: the generic cell rate algorithm (ITU-T I.371), a value
/// without a clock.
struct RateLimiter: Sendable {
    /// Nanoseconds between requests.
    private let interval: Double
    /// How far requests may be ahead of the steady rate.
    private let slack: Double
    /// When the next request would come at the steady rate.
    private var due = -Double.infinity

    init(_ limit: TrafficPolicy.RateLimit) {
        interval = 1e9 / limit.requestsPerSecond
        slack = interval * Double(limit.burst - 1)
    }

    /// Takes a request, or says in how many nanoseconds it could be taken.
    mutating func take(at now: Int) -> Int? {
        let start = max(due, Double(now))
        let early = start - slack - Double(now)
        guard early <= 0 else { return Int(early.rounded(.up)) }
        due = start + interval
        return nil
    }
}
