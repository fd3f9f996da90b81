/// When and how long after a failed attempt the next one follows.
///
/// Only for calls that may be repeated.
package struct RetryPolicy: Sendable, Equatable {
    /// Attempts in all, the first included.
    package var attempts: Int
    /// Upper bound of the first pause; each further one is twice as long, up to `longest`.
    package var base: Duration
    /// The longest pause, also when a service asks for more: then the failure stands.
    package var longest: Duration

    package init(attempts: Int = 3, base: Duration = .milliseconds(100), longest: Duration = .seconds(5)) {
        self.attempts = attempts
        self.base = base
        self.longest = longest
    }

    package static let never = RetryPolicy(attempts: 1)

    /// The pause after a failed attempt, or `nil` to give up.
    ///
    /// Full jitter (Brooker, "Exponential Backoff and Jitter", 2015): anything from nothing to the bound, so that
    /// clients that failed together do not come back together. What the service asked for is added below it.
    ///
    /// - Parameters:
    ///   - attempt: How many attempts were made, from 1.
    ///   - retryAfter: What the service asked for.
    ///   - remaining: Time until the caller's deadline.
    ///   - random: From 0 to 1.
    package func pause(
        afterAttempt attempt: Int,
        error: ServiceError,
        remaining: Duration,
        random: Double
    ) -> Duration? {
        guard attempt < attempts, error.isTransient else { return nil }
        let bound = min(longest, base * Double(1 << min(attempt - 1, 20)))
        let pause = (error.retryAfter ?? .zero) + bound * random
        return pause <= longest && pause < remaining ? pause : nil
    }
}

extension Duration {
    fileprivate static func * (duration: Duration, factor: Double) -> Duration {
        let (seconds, attoseconds) = duration.components
        return .seconds((Double(seconds) + Double(attoseconds) * 1e-18) * factor)
    }
}
