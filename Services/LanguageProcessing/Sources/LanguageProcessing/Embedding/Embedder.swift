package import ServiceAPI

/// Runs one request of the Open Inference Protocol.
package typealias InferenceCall =
    @Sendable (_ model: String, InferenceRequestMessage) async throws
    -> InferenceResponseMessage

/// Turns texts into vectors: tokenizes, batches, calls inference, pools.
package struct Embedder: Sendable {
    /// Bounds of the calls to inference.
    package struct Limits: Sendable {
        /// Padded tokens of a batch.
        package var batchTokens: Int
        /// Texts of a batch.
        package var batchSize: Int
        /// Batches at inference at once, and waiting for that.
        package var concurrentBatches: Int
        package var waitingBatches: Int

        package init(batchTokens: Int, batchSize: Int, concurrentBatches: Int, waitingBatches: Int) {
            self.batchTokens = batchTokens
            self.batchSize = batchSize
            self.concurrentBatches = concurrentBatches
            self.waitingBatches = waitingBatches
        }
    }

    let model: String
    private let limits: Limits
    private let call: InferenceCall
    private let slots: InferenceSlots

    package init(model: String, limits: Limits, call: @escaping InferenceCall) {
        self.model = model
        self.limits = limits
        self.call = call
        slots = InferenceSlots(count: limits.concurrentBatches, maximumWaiting: limits.waitingBatches)
    }

    /// Embeds encoded texts in their order.
    func embed(_ texts: [Encoding], with directory: ModelDirectory) async throws -> [[Float]] {
        let lengths = texts.map(\.count)
        let plan = BatchPlan(lengths: lengths, budget: limits.batchTokens, largest: limits.batchSize)
        var vectors = [[Float]](repeating: [], count: texts.count)
        if plan.batches.count == 1 {
            let batch = plan.batches[0]
            for (index, vector) in zip(batch, try await run(batch.map { texts[$0] }, directory)) {
                vectors[index] = vector
            }
            return vectors
        }
        try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
            // No more tasks than may run: one request does not fill the line that others wait in.
            var next = 0
            func addNext() {
                guard next < plan.batches.count else { return }
                let number = next
                let batch = plan.batches[number].map { texts[$0] }
                group.addTask { (number, try await run(batch, directory)) }
                next += 1
            }
            for _ in 0..<limits.concurrentBatches { addNext() }
            while let (number, batch) = try await group.next() {
                for (index, vector) in zip(plan.batches[number], batch) { vectors[index] = vector }
                addNext()
            }
        }
        return vectors
    }

    private func run(_ texts: [Encoding], _ directory: ModelDirectory) async throws -> [[Float]] {
        let request = Self.request(texts, directory)
        let response = try await slots.withSlot { try await call(model, request) }
        guard let output = response[directory.output] else {
            throw LanguageProcessingError(
                .inferenceFailed,
                "inference answered without \(directory.output); it has \(response.outputs.map(\.name))")
        }
        return try Pooler(mode: directory.settings.mode, dimension: directory.settings.dimension)
            .pool(output, lengths: texts.map(\.count))
    }

    /// Token ids padded to the longest text, the mask that tells tokens from padding, and segment 0 throughout.
    static func request(_ texts: [Encoding], _ directory: ModelDirectory) -> InferenceRequestMessage {
        let width = texts.map(\.count).max() ?? 0
        let shape = [texts.count, width]
        var ids = [Int64](repeating: Int64(directory.padding), count: texts.count * width)
        var mask = [Int64](repeating: 0, count: texts.count * width)
        for (row, text) in texts.enumerated() {
            for (column, id) in text.ids.enumerated() {
                ids[row * width + column] = Int64(id)
                mask[row * width + column] = 1
            }
        }
        var inputs = [
            Tensor(name: "input_ids", shape: shape, ids), Tensor(name: "attention_mask", shape: shape, mask),
        ]
        if directory.inputs.contains("token_type_ids") {
            inputs.append(Tensor(name: "token_type_ids", shape: shape, [Int64](repeating: 0, count: ids.count)))
        }
        return InferenceRequestMessage(inputs: inputs, outputs: [directory.output])
    }
}
