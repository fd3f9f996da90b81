/// Why a step failed, as far as trying again is concerned.
package enum FailureClass: String, Codable, CaseIterable, Sendable {
    /// The document itself is at fault; trying again cannot help.
    case permanent
    /// The other service is full and said so (429, 503).
    case busy
    /// The other service cannot be reached, or lacks what it depends on.
    case unavailable
    /// No answer in time.
    case timeout
    /// The other service failed.
    case fault
    /// This process died during the step.
    case crash
}

/// How often and after which delays a failed step is tried again.
package struct AttemptPolicy: Sendable {
    package struct Rule: Sendable {
        package var attempts: Int
        package var base: Duration
        package var cap: Duration

        package init(attempts: Int, base: Duration, cap: Duration) {
            self.attempts = attempts
            self.base = base
            self.cap = cap
        }
    }

    package var rules: [FailureClass: Rule]

    package init(rules: [FailureClass: Rule]) {
        self.rules = rules
    }

    /// Waits out a restart of another service (about a quarter of an hour), but not a document that breaks one.
    package static let standard = AttemptPolicy(rules: [
        .busy: Rule(attempts: 30, base: .seconds(1), cap: .seconds(60)),
        .unavailable: Rule(attempts: 20, base: .seconds(1), cap: .seconds(60)),
        .timeout: Rule(attempts: 3, base: .seconds(2), cap: .seconds(60)),
        .fault: Rule(attempts: 3, base: .seconds(1), cap: .seconds(30)),
        // Whoever kills the process often must not fail a document; one that kills it itself steps back for the others.
        .crash: Rule(attempts: 20, base: .milliseconds(50), cap: .seconds(30)),
    ])

    /// The delay before the next attempt, or nil when there shall be none.
    ///
    /// Exponential, half of it random ("equal jitter"), so that a crowd of documents does not return at once. An
    /// answer's own `Retry-After` is the least delay.
    /// - Parameter attempt: how many attempts were made, at least 1.
    package func delay(
        after failure: FailureClass, attempt: Int, retryAfter: Duration?, using random: inout some RandomNumberGenerator
    ) -> Duration? {
        guard let rule = rules[failure], attempt < rule.attempts else { return nil }
        // Beyond 2^20 every base has reached its cap.
        let grown = min(rule.cap, rule.base * (1 << min(max(attempt - 1, 0), 20)))
        let jittered = grown * Double.random(in: 0.5...1, using: &random)
        guard let retryAfter else { return jittered }
        return max(jittered, min(retryAfter, .seconds(600)))
    }
}
