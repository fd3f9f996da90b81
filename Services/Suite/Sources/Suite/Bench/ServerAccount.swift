/// What a server says that it did for a model: its statistics, over all versions asked for.
struct ServerAccount: Sendable, Equatable {
    var requests = 0
    var inferences = 0
    var executions = 0
    /// Nanoseconds, of all requests together.
    var queue = 0
    var input = 0
    var compute = 0
    var output = 0

    /// The protocol's statistics, as far as they are needed.
    struct Answer: Decodable {
        struct Total: Decodable {
            var count: Int
            var ns: Int
        }

        struct Times: Decodable {
            var success: Total
            var queue: Total
            var computeInput: Total
            var computeInfer: Total
            var computeOutput: Total

            enum CodingKeys: String, CodingKey {
                case success, queue
                case computeInput = "compute_input"
                case computeInfer = "compute_infer"
                case computeOutput = "compute_output"
            }
        }

        struct Model: Decodable {
            var inferenceCount: Int
            var executionCount: Int
            var inferenceStats: Times

            enum CodingKeys: String, CodingKey {
                case inferenceCount = "inference_count"
                case executionCount = "execution_count"
                case inferenceStats = "inference_stats"
            }
        }

        var models: [Model]

        enum CodingKeys: String, CodingKey {
            case models = "model_stats"
        }
    }

    init() {}

    init(_ answer: Answer) {
        for model in answer.models {
            requests += model.inferenceStats.success.count
            inferences += model.inferenceCount
            executions += model.executionCount
            queue += model.inferenceStats.queue.ns
            input += model.inferenceStats.computeInput.ns
            compute += model.inferenceStats.computeInfer.ns
            output += model.inferenceStats.computeOutput.ns
        }
    }

    static func - (after: Self, before: Self) -> Self {
        var difference = Self()
        difference.requests = after.requests - before.requests
        difference.inferences = after.inferences - before.inferences
        difference.executions = after.executions - before.executions
        difference.queue = after.queue - before.queue
        difference.input = after.input - before.input
        difference.compute = after.compute - before.compute
        difference.output = after.output - before.output
        return difference
    }
}
