/// What a model's `config.json` says of batches: Triton's `max_batch_size` and `dynamic_batching`, and bounds of our own.
package struct Batching: Sendable, Equatable {
    /// What happens to a request that has waited for its timeout.
    package enum TimeoutAction: String, Sendable {
        case reject = "REJECT"
        /// It runs when no other of its level waits.
        case delay = "DELAY"
    }

    package struct QueuePolicy: Sendable, Equatable {
        package var timeoutAction = TimeoutAction.reject
        /// Microseconds; 0 sets none.
        package var defaultTimeout = 0
        /// Whether a request's own timeout counts where it is shorter.
        package var allowsTimeoutOverride = false
        /// 0 leaves the queue's own bound.
        package var maxQueueSize = 0

        package init() {}
    }

    /// Which ragged requests run together.
    package enum Grouping: String, Sendable {
        /// Those near in length, as measured costs say.
        case length
        /// Those that came one after the other, while they fit in the tokens of a batch.
        case arrival
    }

    /// Sequences of different lengths in one batch.
    package struct Ragged: Sendable, Equatable {
        /// Name of the axis along which they differ, as `axes` calls it.
        package var axis: String
        /// The input whose zeros tell the model what is padding.
        package var mask: String
        /// What other inputs are padded with; 0 where it is silent.
        package var padding: [String: Int] = [:]
        package var grouping = Grouping.length

        package init(axis: String, mask: String) {
            self.axis = axis
            self.mask = mask
        }
    }

    /// Rows of one execution; 0 when the model's tensors have no batch dimension.
    package var maxBatchSize = 0
    /// Rows times length, padding included.
    package var maxBatchTokens = 16_384
    /// Of the inputs of one execution, padding included.
    package var maxBatchBytes = 64 << 20
    /// Whether requests may share an execution: `dynamic_batching` is there.
    package var isDynamic = false
    /// Ascending.
    package var preferredBatchSizes: [Int] = []
    /// Microseconds that an idle instance lets the oldest request wait for company.
    package var maxQueueDelay = 0
    package var preservesOrdering = false
    /// 0 is one level, as 1 is.
    package var priorityLevels = 0
    package var defaultPriorityLevel = 0
    package var defaultQueuePolicy = QueuePolicy()
    package var priorityQueuePolicies: [Int: QueuePolicy] = [:]
    package var ragged: Ragged?

    package init() {
        // Where nobody declares a policy, a client's own timeout is its own affair.
        defaultQueuePolicy.allowsTimeoutOverride = true
    }

    /// Whether an execution may hold more than one request.
    var merges: Bool { isDynamic && maxBatchSize > 1 }

    /// How many of the waiting requests are looked at to fill one batch.
    var window: Int { min(256, max(64, 4 * maxBatchSize)) }

    /// The level of a request, 1 for the highest.
    func level(of priority: Int) -> Int {
        guard priorityLevels > 0 else { return 1 }
        return 1...priorityLevels ~= priority ? priority : max(1, defaultPriorityLevel)
    }

    func policy(of level: Int) -> QueuePolicy { priorityQueuePolicies[level] ?? defaultQueuePolicy }

    /// Rows of the parts into which a request must be cut; nil when it may run as it is.
    func partRows(rows: Int, length: Int, bytes: Int) -> Int? {
        guard maxBatchSize > 0 else { return nil }
        let bytesPerRow = max(1, bytes / max(1, rows))
        let most = max(1, min(maxBatchSize, maxBatchTokens / max(1, length), maxBatchBytes / bytesPerRow))
        return rows > most ? most : nil
    }
}
