import ServiceAPI
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 4, base: .milliseconds(100), longest: .seconds(1))

    private func failure(_ status: Int?, retryAfter: Duration? = nil) -> ServiceError {
        ServiceError(
            service: "s", kind: status == nil ? .unreachable : .refused, status: status, message: "",
            retryAfter: retryAfter)
    }

    private func pause(
        _ attempt: Int, _ error: ServiceError, remaining: Duration = .seconds(60), random: Double = 1
    ) -> Duration? {
        policy.pause(afterAttempt: attempt, error: error, remaining: remaining, random: random)
    }

    @Test func theBoundDoublesUpToTheLongest() {
        let error = failure(503)
        #expect(pause(1, error) == .milliseconds(100))
        #expect(pause(2, error) == .milliseconds(200))
        #expect(pause(3, error) == .milliseconds(400))
        #expect(pause(4, error) == nil)
        #expect(pause(3, error, random: 0.5) == .milliseconds(200))
        #expect(pause(3, error, random: 0) == .zero)
        let patient = RetryPolicy(attempts: 100, base: .seconds(1), longest: .seconds(3))
        #expect(patient.pause(afterAttempt: 50, error: error, remaining: .seconds(60), random: 1) == .seconds(3))
    }

    @Test(arguments: [
        (429, true), (502, true), (503, true), (nil, true), (500, false), (504, false), (400, false), (404, false),
        (409, false), (413, false), (422, false), (501, false),
    ])
    func onlyWhatMayPassIsRepeated(status: Int?, repeats: Bool) {
        #expect((pause(1, failure(status)) != nil) == repeats)
    }

    @Test func neitherALostDeadlineNorAnUnreadableAnswerIsRepeated() {
        #expect(pause(1, ServiceError(service: "s", kind: .deadlineExceeded, message: "")) == nil)
        #expect(pause(1, ServiceError(service: "s", kind: .unreadable, status: 503, message: "")) == nil)
    }

    @Test func theServicesWishIsHonoured() {
        #expect(pause(1, failure(503, retryAfter: .milliseconds(500)), random: 0) == .milliseconds(500))
        #expect(pause(1, failure(503, retryAfter: .milliseconds(500))) == .milliseconds(600))
        // Longer than we are willing to wait.
        #expect(pause(1, failure(503, retryAfter: .seconds(2)), random: 0) == nil)
    }

    @Test func aPauseThatOutlastsTheDeadlineIsNotMade() {
        #expect(pause(1, failure(503), remaining: .milliseconds(100)) == nil)
        #expect(pause(1, failure(503), remaining: .milliseconds(101)) == .milliseconds(100))
    }
}
