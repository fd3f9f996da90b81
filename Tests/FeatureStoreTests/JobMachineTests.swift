import FeatureStore
import ServiceAPI
import Testing

/// Always the middle of the range, so that delays can be told by hand.
private struct Middle: RandomNumberGenerator {
    mutating func next() -> UInt64 { 1 << 63 }
}

private func time(_ seconds: Double) -> Timestamp { Timestamp(microseconds: Int64(seconds * 1_000_000)) }

@Suite struct JobMachineTests {
    private let view = DocumentView.document(
        features: ViewVersion(
            id: 1, version: 1, definition: DocumentView.featureView, joinKeys: DocumentView.entity.joinKeys))
    private var random = Middle()
    private let policy = AttemptPolicy(rules: [
        .unavailable: .init(attempts: 3, base: .seconds(4), cap: .seconds(60)),
        .crash: .init(attempts: 2, base: .zero, cap: .zero),
    ])

    private func machine() -> JobMachine { JobMachine(view: view, policy: policy) }

    /// Runs the machine to its end; steps named in `failures` fail for good.
    private mutating func run(_ machine: inout JobMachine, failures: Set<StepName> = []) -> (
        order: [StepName], status: DocumentRecord.Status?
    ) {
        var order: [StepName] = []
        for tick in 0..<100 {
            switch machine.next(at: time(Double(tick))) {
            case .run(let step):
                order.append(step)
                machine.start(step, at: time(Double(tick)))
                if failures.contains(step) {
                    machine.fail(
                        step, StepFailure(.permanent, code: "bad", message: "bad"), at: time(Double(tick)),
                        using: &random)
                } else {
                    machine.succeed(step, at: time(Double(tick)))
                }
            case .wait: return (order, nil)
            case .finish(let status): return (order, status)
            }
        }
        return (order, nil)
    }

    @Test mutating func stepsRunInTheirOrder() {
        var machine = machine()
        let (order, status) = run(&machine)
        #expect(order == [.convert, .recognize, .analyze, .embed, .type, .features])
        #expect(status == .succeeded)
    }

    @Test(arguments: [
        (StepName.convert, [StepName.convert], DocumentRecord.Status.failed),
        (.recognize, [.convert, .recognize], .failed),
        (.analyze, [.convert, .recognize, .analyze, .features], .partial),
        (.embed, [.convert, .recognize, .analyze, .embed, .type, .features], .partial),
        (.type, [.convert, .recognize, .analyze, .embed, .type, .features], .partial),
        (.features, [.convert, .recognize, .analyze, .embed, .type, .features], .failed),
    ])
    mutating func failureSkipsOnlyWhatNeedsTheStep(
        failing: StepName, order: [StepName], status: DocumentRecord.Status
    ) {
        var machine = machine()
        let result = run(&machine, failures: [failing])
        #expect(result.order == order)
        #expect(result.status == status)
        #expect(machine.failure?.code == "bad")
        for step in machine.steps where !order.contains(step.name) { #expect(step.state == .skipped) }
    }

    @Test mutating func failedStepWaitsAndRunsAgain() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.fail(
            .convert, StepFailure(.unavailable, code: "down", message: "down"), at: time(10), using: &random)
        // Three quarters of the base of 4 s: half of it is random, and random is in the middle.
        #expect(machine.next(at: time(10)) == .wait(until: time(13)))
        #expect(machine.next(at: time(12.999999)) == .wait(until: time(13)))
        #expect(machine.next(at: time(13)) == .run(.convert))
        machine.start(.convert, at: time(13))
        machine.fail(
            .convert, StepFailure(.unavailable, code: "down", message: "down"), at: time(13), using: &random)
        #expect(machine.next(at: time(13)) == .wait(until: time(19)))
        machine.start(.convert, at: time(19))
        machine.fail(
            .convert, StepFailure(.unavailable, code: "down", message: "down"), at: time(19), using: &random)
        #expect(machine.next(at: time(19)) == .finish(.failed))
        #expect(machine[.convert]?.attempts == 3)
    }

    @Test mutating func retryAfterIsTheLeastDelay() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.fail(
            .convert, StepFailure(.unavailable, code: "full", message: "full", retryAfter: .seconds(30)), at: time(0),
            using: &random)
        #expect(machine.next(at: time(0)) == .wait(until: time(30)))
    }

    @Test mutating func crashedStepRunsAgainButNotForEver() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.recover(at: time(5), using: &random)
        #expect(machine.next(at: time(5)) == .run(.convert))
        machine.start(.convert, at: time(5))
        machine.recover(at: time(6), using: &random)
        #expect(machine.next(at: time(6)) == .finish(.failed))
        #expect(machine.failure?.failureClass == .crash)
    }

    @Test mutating func finishedStepsAreNotRunAgainAfterACrash() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.succeed(.convert, at: time(1))
        machine.start(.recognize, at: time(1))
        // What a new process loads.
        var loaded = JobMachine(view: view, steps: machine.steps, policy: policy)
        loaded.recover(at: time(9), using: &random)
        #expect(loaded[.convert]?.state == .succeeded)
        #expect(loaded.next(at: time(9)) == .run(.recognize))
    }

    @Test func shutdownDoesNotCountAsAttempt() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.release(.convert)
        #expect(machine[.convert]?.attempts == 0)
        #expect(machine.next(at: time(0)) == .run(.convert))
    }

    @Test mutating func incompleteResultIsUsedAndMakesTheDocumentPartial() {
        var machine = machine()
        machine.start(.convert, at: time(0))
        machine.succeed(.convert, at: time(0))
        machine.start(.recognize, at: time(0))
        machine.succeed(.recognize, at: time(0), missing: StepFailure(.permanent, code: "page", message: "page 2"))
        let (order, status) = run(&machine)
        #expect(order == [.analyze, .embed, .type, .features])
        #expect(status == .partial)
    }

    @Test mutating func retryOpensTheFailedStepAndWhatFollowsFromIt() {
        var machine = machine()
        _ = run(&machine, failures: [.embed])
        let reopened = machine.retry()
        #expect(reopened)
        #expect(machine[.type]?.state == .succeeded)
        #expect(machine[.embed]?.state == .pending)
        #expect(machine[.features]?.state == .pending)
        let second = run(&machine)
        #expect(second.order == [.embed, .features])
        #expect(machine.status == .succeeded)
        let again = machine.retry()
        #expect(!again)
    }
}

@Suite struct AttemptPolicyTests {
    @Test func delaysGrowToTheirCap() {
        let policy = AttemptPolicy(rules: [.fault: .init(attempts: 100, base: .seconds(1), cap: .seconds(8))])
        var random = Middle()
        let delays = (1...6).map { policy.delay(after: .fault, attempt: $0, retryAfter: nil, using: &random) }
        #expect(delays == [0.75, 1.5, 3, 6, 6, 6].map { .seconds($0) })
        #expect(policy.delay(after: .fault, attempt: 99, retryAfter: nil, using: &random) == .seconds(6))
        #expect(policy.delay(after: .fault, attempt: 100, retryAfter: nil, using: &random) == nil)
    }

    @Test func documentsFaultIsFinal() {
        var random = SystemRandomNumberGenerator()
        #expect(AttemptPolicy.standard.delay(after: .permanent, attempt: 1, retryAfter: nil, using: &random) == nil)
    }

    @Test func jitterStaysInTheUpperHalf() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let delay = try #require(
                AttemptPolicy.standard.delay(after: .unavailable, attempt: 3, retryAfter: nil, using: &random))
            #expect(delay >= .seconds(2) && delay <= .seconds(4))
        }
    }

    @Test(arguments: [
        (429, "overloaded", FailureClass.busy), (503, "overloaded", .busy), (503, "not_ready", .unavailable),
        (502, "bad_gateway", .unavailable), (504, "deadline", .timeout), (408, "timeout", .timeout),
        (500, "internal", .fault), (507, "full", .fault), (400, "bad_request", .permanent),
        (422, "encrypted", .permanent), (415, "type", .permanent),
    ])
    func statusTellsTheClass(status: Int, code: String, failureClass: FailureClass) {
        #expect(StepFailure(APIError(status: status, code: code, message: "")).failureClass == failureClass)
    }

    @Test func leaseHoldsToItsLastMicrosecond() {
        let lease = Lease(owner: "a", until: time(10))
        #expect(lease.isHeld(at: time(10)))
        #expect(!lease.isHeld(at: Timestamp(microseconds: 10_000_001)))
        #expect(!lease.isHeld(by: "b", at: time(1)))
    }
}
