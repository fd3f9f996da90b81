import HTTPTypes

/// What a model's configuration says of its requests as a whole: which version those take that name none, which are tried
/// on another version too, and how many there may be.
///
/// It belongs to the model and not to a version: a change of it loads nothing again.
struct TrafficPolicy: Sendable, Equatable {
    /// A version's part of the requests.
    struct Share: Sendable, Equatable {
        var version: Int
        /// Of 10,000.
        var basisPoints: Int
    }

    /// Requests whose header has a value take a version.
    struct HeaderRule: Sendable, Equatable {
        var name: HTTPField.Name
        var value: String
        var version: Int
    }

    /// A version that requests are tried on after they were answered, to compare.
    struct Shadow: Sendable, Equatable {
        var version: Int
        /// Of 10,000.
        var basisPoints: Int
        /// Largest difference of two numbers that agree, relative to the first where that is beyond 1.
        var tolerance: Double
    }

    struct RateLimit: Sendable, Equatable {
        var requestsPerSecond: Double
        /// Requests at once after a pause.
        var burst: Int
    }

    /// Versions by names that clients may use instead of their numbers.
    var labels: [String: Int] = [:]
    /// Of all requests; empty: all take the highest version.
    var shares: [Share] = []
    /// Requests with the same value of it take the same version.
    var stickyHeader: HTTPField.Name?
    var rules: [HeaderRule] = []
    var shadow: Shadow?
    var rateLimit: RateLimit?
    /// Microseconds in which a request is answered or refused; 0 sets no limit.
    var timeLimit = 0

    static let whole = 10_000

    /// The version for a request that names none; nil: the highest.
    ///
    /// - Parameters:
    ///   - model: Mixed into the hash of the sticky header, so that not the same clients get every model's canary.
    ///   - draw: From 0 up to 9,999, for requests without the sticky header.
    func version(for headers: HTTPFields, model: String, draw: () -> Int) -> Int? {
        if let rule = rules.first(where: { headers[$0.name] == $0.value }) { return rule.version }
        guard !shares.isEmpty else { return nil }
        let key = stickyHeader.flatMap { headers[$0] }
        var point = key.map { StableHash.of(model, $0, below: Self.whole) } ?? draw()
        for share in shares {
            if point < share.basisPoints { return share.version }
            point -= share.basisPoints
        }
        return nil
    }

    /// Every version that is named, with the key that names it.
    var namedVersions: [(key: String, version: Int)] {
        labels.sorted { $0.key < $1.key }.map { ("version_labels.\($0.key)", $0.value) }
            + shares.map { ("traffic.split", $0.version) } + rules.map { ("traffic.headers", $0.version) }
            + (shadow.map { [("traffic.shadow", $0.version)] } ?? [])
    }
}
