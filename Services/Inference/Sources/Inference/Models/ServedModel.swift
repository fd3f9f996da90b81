/// A loaded version of a model, ready to execute requests.
final class ServedModel: Sendable {
    let origin: ModelOrigin
    let signature: ModelSignature
    let statistics: ModelStatistics
    /// Names of classes by output.
    let labels: [String: [String]]
    /// Who uses it: it is closed when nobody does.
    let leases = Leases()
    private let engine: any ModelEngine
    private let cache: ResponseCache?

    var name: String { origin.folder.name }
    var version: Int { origin.version }
    var config: ModelConfig { origin.config }
    var platform: String { engine.platform }

    /// Requests that wait for an instance.
    var pendingCount: Int { engine.pendingCount }

    /// Bytes of memory: what the engine says, else those of the version's files, which are about what it has read.
    var memoryBytes: Int {
        engine.memoryBytes ?? origin.files.reduce(0) { $0 + $1.size }
    }

    private init(
        _ origin: ModelOrigin, _ engine: any ModelEngine, _ signature: ModelSignature, labels: [String: [String]],
        statistics: ModelStatistics
    ) {
        self.origin = origin
        self.engine = engine
        self.signature = signature
        self.labels = labels
        self.statistics = statistics
        cache = origin.config.cacheBytes.map { ResponseCache(byteLimit: $0) }
    }

    /// Loads a version with all its instances, and warms it up.
    static func load(
        _ origin: ModelOrigin, catalog: ModelCatalog, backends: BackendRegistry, outputLimit: Int, costs: CostFile?,
        statistics: ModelStatistics
    ) async throws(InferenceError) -> ServedModel {
        try await origin.verifyChecksums()
        let engine: any ModelEngine =
            if origin.config.ensemble != nil {
                try EnsembleEngine(origin.config, catalog: catalog)
            } else {
                try await BackendEngine.load(origin, backends: backends, outputLimit: outputLimit, costs: costs)
            }
        do throws(InferenceError) {
            let labels = try origin.folder.labels(of: engine.signature.outputs, origin.config)
            let served = ServedModel(origin, engine, engine.signature, labels: labels, statistics: statistics)
            try await served.warmUp()
            return served
        } catch {
            await engine.close()
            throw error
        }
    }

    /// Throws `modelUnavailable` when requests would fail now.
    func checkReadiness() throws(InferenceError) { try engine.checkReadiness() }

    /// Executes the configuration's warm-up requests, as many at a time as there are instances.
    private func warmUp() async throws(InferenceError) {
        for (index, warmup) in config.warmup.enumerated() {
            let request = ModelRequest(inputs: try warmup.tensors(for: signature))
            do {
                for _ in 0..<warmup.count {
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<config.instances {
                            group.addTask {
                                let inputs = try self.signature.arrange(request.inputs)
                                let outputs = Array(self.signature.outputs.indices)
                                _ = try await self.engine.run(inputs, outputs: outputs, request)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            } catch {
                throw InferenceError(.invalidModel, "'warmup[\(index)]' failed: \(error)")
            }
        }
    }

    /// Answers one request and counts it.
    ///
    /// - Throws: `invalidRequest` when the request does not suit the model, and what `ModelEngine.run` throws.
    func answer(_ request: ModelRequest) async throws -> (answer: InferenceAnswer, duration: UInt64) {
        let arrival = ContinuousClock.now
        do {
            let inputs = try signature.arrange(request.inputs)
            let outputs = try signature.select(request.outputs)
            guard let cache else {
                let answer = try await engine.run(inputs, outputs: outputs, request)
                return (answer, count(answer, inputs, since: arrival))
            }
            let key = ResponseCache.Key(inputs, outputs: outputs)
            if let found = cache.find(key) {
                let duration = (ContinuousClock.now - arrival).nanoseconds
                statistics.hit(duration: duration)
                return (InferenceAnswer(outputs: found, timings: InferenceTimings(executions: 0)), duration)
            }
            let lookup = ContinuousClock.now - arrival
            let answer = try await engine.run(inputs, outputs: outputs, request)
            let answered = ContinuousClock.now
            cache.insert(answer.outputs, for: key)
            statistics.missed(duration: (lookup + (ContinuousClock.now - answered)).nanoseconds)
            return (answer, count(answer, inputs, since: arrival))
        } catch {
            statistics.failed(ModelStatistics.Failure(error), duration: (ContinuousClock.now - arrival).nanoseconds)
            throw error
        }
    }

    /// Whether a small request would be answered at once if it came now.
    var answersAtOnce: Bool { cache == nil && engine.runsAtOnce }

    /// Answers one request on this thread, if it takes microseconds, and counts it once the answer is written.
    ///
    /// - Parameter write: Gives nil, or throws, where the answer is not to be sent.
    /// - Returns: nil when it is not answered; then nothing was counted.
    func answerAtOnce<Answer>(
        _ request: ModelRequest, _ write: ([OutputTensor]) throws -> Answer?
    ) -> (answer: Answer, timings: InferenceTimings, duration: UInt64)? {
        let arrival = ContinuousClock.now
        guard let inputs = try? signature.arrange(request.inputs),
            let outputs = try? signature.select(request.outputs),
            case .success(let answer)? = engine.runAtOnce(inputs, outputs: outputs, request)
        else { return nil }
        let duration = (ContinuousClock.now - arrival).nanoseconds
        guard let written = try? write(answer.outputs) else { return nil }
        count(answer, inputs, duration: duration)
        return (written, answer.timings, duration)
    }

    private func count(
        _ answer: InferenceAnswer, _ inputs: [InputTensor], since arrival: ContinuousClock.Instant
    ) -> UInt64 {
        let duration = (ContinuousClock.now - arrival).nanoseconds
        count(answer, inputs, duration: duration)
        return duration
    }

    private func count(_ answer: InferenceAnswer, _ inputs: [InputTensor], duration: UInt64) {
        let rows = config.batching.maxBatchSize > 0 ? inputs.first?.shape.first ?? 1 : 1
        statistics.succeeded(rows: rows, timings: answer.timings, duration: duration)
    }

    /// Frees the engine's objects after what executes has ended; later requests fail.
    func close() async { await engine.close() }
}
