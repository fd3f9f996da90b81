package import ServiceAPI

extension DocumentStep.Status {
    /// Whether nothing more will happen to the step by itself.
    package var isSettled: Bool { self != .pending && self != .running }

    /// Whether there is a result that other steps can use.
    package var hasResult: Bool { self == .succeeded || self == .partial }
}

/// Why a step failed.
package struct StepFailure: Hashable, Sendable {
    package var failureClass: FailureClass
    package var code: String
    package var message: String
    package var retryAfter: Duration?

    package init(_ failureClass: FailureClass, code: String, message: String, retryAfter: Duration? = nil) {
        self.failureClass = failureClass
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}

/// The state of one document's way through its view: what may run next, what follows from an outcome.
///
/// A value without I/O. The store loads it, changes it and saves it inside one transaction.
package struct JobMachine: Sendable {
    package struct Step: Hashable, Sendable {
        package var name: StepName
        package var state: DocumentStep.Status
        /// Attempts begun, the running one included.
        package var attempts: Int
        package var notBefore: Timestamp?
        package var startedAt: Timestamp?
        package var finishedAt: Timestamp?
        package var failure: StepFailure?

        package init(
            name: StepName, state: DocumentStep.Status = .pending, attempts: Int = 0, notBefore: Timestamp? = nil,
            startedAt: Timestamp? = nil, finishedAt: Timestamp? = nil, failure: StepFailure? = nil
        ) {
            self.name = name
            self.state = state
            self.attempts = attempts
            self.notBefore = notBefore
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.failure = failure
        }
    }

    package enum Action: Hashable, Sendable {
        case run(StepName)
        case wait(until: Timestamp)
        case finish(DocumentRecord.Status)
    }

    package private(set) var steps: [Step]
    private let view: DocumentView
    private let policy: AttemptPolicy

    /// - Parameter steps: stored steps; those of the view that are missing are pending.
    package init(view: DocumentView, steps: [Step] = [], policy: AttemptPolicy = .standard) {
        self.view = view
        self.policy = policy
        self.steps = view.steps.map { declared in
            steps.first { $0.name == declared.name } ?? Step(name: declared.name)
        }
    }

    package subscript(_ name: StepName) -> Step? { steps.first { $0.name == name } }

    /// What to do now.
    package func next(at now: Timestamp) -> Action {
        let open = steps.filter { !$0.state.isSettled && isReady($0.name) }
        guard !open.isEmpty else { return .finish(status) }
        if let due = open.first(where: { ($0.notBefore ?? now) <= now }) { return .run(due.name) }
        return .wait(until: open.compactMap(\.notBefore).min() ?? now)
    }

    package mutating func start(_ name: StepName, at now: Timestamp) {
        update(name) { step in
            step.state = .running
            step.attempts += 1
            step.startedAt = now
            step.finishedAt = nil
            step.notBefore = nil
        }
    }

    /// - Parameter missing: what the result lacks; it stands nevertheless, but the step is only `partial`.
    package mutating func succeed(_ name: StepName, at now: Timestamp, missing: StepFailure? = nil) {
        update(name) { step in
            step.state = missing == nil ? .succeeded : .partial
            step.finishedAt = now
            step.failure = missing
        }
    }

    /// Sets the step up for another attempt, or gives it and all that needs it up.
    package mutating func fail(
        _ name: StepName, _ failure: StepFailure, at now: Timestamp, using random: inout some RandomNumberGenerator
    ) {
        guard let attempt = self[name]?.attempts else { return }
        let delay = policy.delay(
            after: failure.failureClass, attempt: attempt, retryAfter: failure.retryAfter, using: &random)
        update(name) { step in
            step.failure = failure
            step.finishedAt = now
            step.state = delay == nil ? .failed : .pending
            step.notBefore = delay.map { now + $0 }
        }
        if delay == nil { skipDependents(at: now) }
    }

    /// Puts a running step back as if it had not begun: the process is shutting down in good order.
    package mutating func release(_ name: StepName) {
        update(name) { step in
            guard step.state == .running else { return }
            step.state = .pending
            step.attempts -= 1
            step.startedAt = nil
        }
    }

    /// A step is found running though nobody runs it: the process that did died.
    package mutating func recover(at now: Timestamp, using random: inout some RandomNumberGenerator) {
        for step in steps where step.state == .running {
            fail(
                step.name,
                StepFailure(
                    .crash, code: FeatureStoreError.Code.interrupted.description,
                    message: "the feature store stopped during attempt \(step.attempts) at this step"),
                at: now, using: &random)
        }
    }

    /// Opens every failed, skipped and partial step again, and what was made from its result, with all attempts.
    /// - Returns: whether there was one.
    package mutating func retry() -> Bool {
        reopen { [.failed, .skipped, .partial].contains($0.state) }
    }

    /// Opens some steps again, and what was made from their results, with all attempts.
    /// - Returns: whether there was one.
    package mutating func reopen(where isOpen: (Step) -> Bool) -> Bool {
        guard steps.contains(where: isOpen) else { return false }
        var reopened: Set<StepName> = []
        for declared in view.steps {
            let isStale = !reopened.isDisjoint(with: declared.needs.union(declared.uses))
            guard let step = self[declared.name], isStale || isOpen(step) else { continue }
            update(declared.name) { $0 = Step(name: declared.name) }
            reopened.insert(declared.name)
        }
        return true
    }

    package var status: DocumentRecord.Status {
        guard self[.features]?.state.hasResult == true else { return .failed }
        return steps.allSatisfy { $0.state == .succeeded } ? .succeeded : .partial
    }

    /// The failure that a person should see first.
    package var failure: StepFailure? { steps.first { $0.state == .failed }?.failure }

    private func isReady(_ name: StepName) -> Bool {
        guard let declared = view[name] else { return false }
        return declared.needs.allSatisfy { self[$0]?.state.hasResult == true }
            && declared.uses.allSatisfy { self[$0]?.state.isSettled ?? true }
    }

    private mutating func skipDependents(at now: Timestamp) {
        for declared in view.steps {
            guard self[declared.name]?.state == .pending,
                let cause = declared.needs.first(where: { self[$0]?.state == .failed || self[$0]?.state == .skipped })
            else { continue }
            update(declared.name) { step in
                step.state = .skipped
                step.finishedAt = now
                step.failure = StepFailure(
                    .permanent, code: "skipped", message: "needs step \(cause.rawValue), which did not succeed")
            }
        }
    }

    private mutating func update(_ name: StepName, _ change: (inout Step) -> Void) {
        guard let index = steps.firstIndex(where: { $0.name == name }) else { return }
        change(&steps[index])
    }
}
