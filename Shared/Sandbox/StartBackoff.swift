/// How long to wait before a worker is started again after starts that failed.
struct StartBackoff {
    private(set) var failures = 0
    private(set) var notBefore: ContinuousClock.Instant?

    static let first: Duration = .milliseconds(100)
    static let longest: Duration = .seconds(5)

    mutating func failed(at now: ContinuousClock.Instant) {
        failures += 1
        notBefore = now + min(Self.longest, Self.first * (1 << min(failures - 1, 10)))
    }

    mutating func succeeded() { self = StartBackoff() }
}
