/// A request as the scheduler sees it: sizes and wishes, no data.
package struct ScheduledRequest: Sendable {
    package typealias ID = UInt64

    package var id: ID
    /// Along the batch dimension; 1 for a model that has none.
    package var rows: Int
    /// Along the ragged axis; 1 for a model that has none.
    package var length: Int
    /// Of all inputs.
    package var bytes: Int
    /// Dimensions that requests of one batch have in common.
    package var shape: [Int]
    /// 1 is the highest; 0 and what is beyond the model's levels mean its default.
    package var priority: Int
    /// Nanoseconds from arrival that the client allows; 0 sets none.
    package var timeout: Int
    /// When nobody waits for the answer any more; nil when that is not known.
    package var answerBy: Int?
    /// When it is answered in any case, although its execution may go on; nil sets no such time.
    package var endBy: Int?

    package init(
        id: ID, rows: Int = 1, length: Int = 1, bytes: Int = 0, shape: [Int] = [], priority: Int = 0, timeout: Int = 0,
        answerBy: Int? = nil, endBy: Int? = nil
    ) {
        self.id = id
        self.rows = rows
        self.length = length
        self.bytes = bytes
        self.shape = shape
        self.priority = priority
        self.timeout = timeout
        self.answerBy = answerBy
        self.endBy = endBy
    }

    /// Before padding.
    var tokens: Int { rows * length }
}

/// Why a request is not taken.
package struct Rejection: Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// The queue, or that of the request's priority level, is full.
        case queueFull
        /// Even if everything ahead ran in the best batches, the answer would come after its deadline.
        case late
        /// It has more than the queue can ever hold.
        case tooLarge
    }

    package var reason: Reason
    /// Nanoseconds until what waits now has probably run; 0 when that is not known.
    package var retryAfter: Int

    package init(reason: Reason, retryAfter: Int) {
        self.reason = reason
        self.retryAfter = retryAfter
    }
}

/// What the scheduler wants done.
package enum SchedulingDecision: Sendable, Equatable {
    /// Run these requests together.
    case start(instance: Int, requests: [ScheduledRequest.ID])
    case reject(ScheduledRequest.ID, Rejection)
    /// Its time ran out while it waited; it must not run.
    case expire(ScheduledRequest.ID)
    /// Its time ran out while it runs: answer it so, its execution goes on for the others.
    case abandon(ScheduledRequest.ID)
}
