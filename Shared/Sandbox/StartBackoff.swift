/// How long to wait before a worker is started again after starts that failed.
package struct StartBackoff {
    private var failures = 0
    package private(set) var notBefore: ContinuousClock.Instant?

    package static let first: Duration = .milliseconds(100)
    package static let longest: Duration = .seconds(5)

    package init() {}

    package mutating func failed(at now: ContinuousClock.Instant) {
        failures += 1
        notBefore = now + min(Self.longest, Self.first * (1 << min(failures - 1, 10)))
    }

    package mutating func succeeded() { self = StartBackoff() }
}
