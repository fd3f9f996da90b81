/// The answer to a request, and where its time went.
struct InferenceAnswer: Sendable {
    /// In the order of the model's outputs.
    var outputs: [OutputTensor]
    var timings: InferenceTimings
}

/// Where the time of a request went, in nanoseconds.
///
/// The compute times are those of the execution that the request shared with others.
struct InferenceTimings: Sendable {
    /// From arrival to the start of the execution.
    var queue: UInt64 = 0
    /// Bringing inputs together, and what the backend does before its engine starts.
    var computeInput: UInt64 = 0
    /// In the engine; in the whole backend where it does not tell its phases.
    var computeInfer: UInt64 = 0
    /// What the backend does after its engine has ended, and taking outputs apart.
    var computeOutput: UInt64 = 0
    /// Executions to count with this request: 0 where another request of the batch counts it, more where it was split.
    var executions = 1
    /// Rows of the execution, other requests' included; 1 for a model that does not batch.
    var batchSize = 1
    /// Rows times length of the request; 0 for a model without a ragged axis.
    var tokens = 0
    /// Rows times length of the execution, padding included.
    var batchTokens = 0
}
