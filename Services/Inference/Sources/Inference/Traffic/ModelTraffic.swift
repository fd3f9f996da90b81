import HTTPTypes
import Synchronization

/// A model's policy at work.
final class ModelTraffic: Sendable {
    let policy: TrafficPolicy
    /// Whether requests are neither limited nor led to other versions.
    let isPlain: Bool
    private let limiter: Mutex<RateLimiter?>
    private let epoch = ContinuousClock.now

    init(_ policy: TrafficPolicy) {
        self.policy = policy
        var names = TrafficPolicy()
        names.labels = policy.labels
        isPlain = policy == names
        limiter = Mutex(policy.rateLimit.map(RateLimiter.init))
    }

    /// Counts a request against the rate limit.
    ///
    /// - Throws: `rateLimited` when it is one too many.
    func admit(to model: String) throws(InferenceError) {
        guard policy.rateLimit != nil else { return }
        let now = Int(clamping: (ContinuousClock.now - epoch).nanoseconds)
        guard let wait = limiter.withLock({ $0?.take(at: now) }) else { return }
        var error = InferenceError(
            .rateLimited,
            "model '\(model)' takes \(policy.rateLimit?.requestsPerSecond ?? 0) requests a second, which are used up")
        // Whole seconds are what the header can say.
        error.retryAfter = .seconds(wait / 1_000_000_000 + 1)
        throw error
    }

    /// The version that a request takes which asked for `choice`.
    func route(_ choice: VersionChoice, _ headers: HTTPFields, model: String) -> VersionChoice {
        guard choice == .highest else { return choice }
        let version = policy.version(for: headers, model: model) { Int.random(in: 0..<TrafficPolicy.whole) }
        return version.map { .preferred($0) } ?? .highest
    }

    /// The version that a request is to be tried on too, after `version` has answered it.
    func shadow(of version: Int) -> TrafficPolicy.Shadow? {
        guard let shadow = policy.shadow, shadow.version != version,
            Int.random(in: 0..<TrafficPolicy.whole) < shadow.basisPoints
        else { return nil }
        return shadow
    }

    /// When a request that arrives now is to be answered at the latest.
    var endOfTime: ContinuousClock.Instant? {
        policy.timeLimit > 0 ? .now + .microseconds(policy.timeLimit) : nil
    }
}

/// Which version of a model is meant.
enum VersionChoice: Sendable, Equatable {
    case highest
    case number(Int)
    case label(String)
    /// That one if it serves, else the highest: the server's choice and not the client's.
    case preferred(Int)
}
