import ServiceAPI

/// Executes an ensemble: each step as soon as its tensors are there, those that do not need each other at the same time.
struct EnsembleEngine: ModelEngine {
    let signature: ModelSignature
    private let plan: EnsemblePlan
    private let catalog: ModelCatalog

    var platform: String { "ensemble" }
    /// Its requests wait at the models of its steps.
    var pendingCount: Int { 0 }
    var memoryBytes: Int? { nil }

    /// Checks the steps against the models that are served now.
    ///
    /// - Throws: `invalidModel`, naming the step, when they do not fit each other or a model is not served.
    init(_ config: ModelConfig, catalog: ModelCatalog) throws(InferenceError) {
        guard let steps = config.ensemble, let inputs = config.inputs, let outputs = config.outputs else {
            throw InferenceError(.invalidModel, "an ensemble needs 'ensemble_scheduling', 'inputs' and 'outputs'")
        }
        var interfaces: [EnsemblePlan.Interface] = []
        for (index, step) in steps.enumerated() {
            do throws(InferenceError) {
                let model = try catalog.find(step.model, step.choice)
                interfaces.append(.init(inputs: model.signature.inputs, outputs: model.signature.outputs))
            } catch {
                throw InferenceError(.invalidModel, "'ensemble_scheduling': step \(index): \(error.message)")
            }
        }
        plan = try EnsemblePlan(steps, inputs: inputs, outputs: outputs, interfaces: interfaces)
        signature = try ModelSignature(inputs: inputs, outputs: outputs, axes: config.axes, limits: config.limits)
        self.catalog = catalog
    }

    func checkReadiness() throws(InferenceError) {
        for step in plan.steps {
            do throws(InferenceError) {
                try catalog.find(step.step.model, step.step.choice).checkReadiness()
            } catch {
                throw InferenceError(.modelUnavailable, "\(step.label): \(error.message)")
            }
        }
    }

    func run(_ inputs: [InputTensor], outputs: [Int], _ request: ModelRequest) async throws -> InferenceAnswer {
        let wanted = outputs.map { signature.outputs[$0].name }
        // An ensemble may give an input back as it came.
        var tensors = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0) })
        var produced: [String: OutputTensor] = [:]
        var timings = InferenceTimings()
        var waiting = neededSteps(for: wanted)
        try await withThrowingTaskGroup(of: (EnsemblePlan.Step, InferenceAnswer).self) { group in
            var isRunning = 0
            while true {
                for index in waiting.indices.reversed()
                where waiting[index].needs.allSatisfy({ tensors[$0] != nil }) {
                    let step = waiting.remove(at: index)
                    let given = step.step.inputs.compactMap { name, tensor in
                        tensors[tensor].map {
                            InputTensor(name: name, datatype: $0.datatype, shape: $0.shape, bytes: $0.bytes)
                        }
                    }
                    group.addTask { (step, try await run(step, given, request)) }
                    isRunning += 1
                }
                guard isRunning > 0, let (step, answer) = try await group.next() else { break }
                isRunning -= 1
                timings.add(answer.timings)
                for (output, tensor) in step.outputs {
                    guard let result = answer.outputs.first(where: { $0.name == output }) else { continue }
                    produced[tensor] = result
                    tensors[tensor] = InputTensor(result, name: tensor)
                }
            }
        }
        return InferenceAnswer(outputs: try wanted.map { try output($0, produced, tensors) }, timings: timings)
    }

    func close() async {}

    private func run(
        _ step: EnsemblePlan.Step, _ inputs: [InputTensor], _ request: ModelRequest
    ) async throws -> InferenceAnswer {
        do {
            return try await catalog.withModel(step.step.model, step.step.choice) { model in
                var part = request
                part.inputs = inputs
                part.outputs = step.outputs.map(\.output)
                return try await model.answer(part).answer
            }
        } catch var error as InferenceError {
            error.message = "\(step.label): \(error.message)"
            throw error
        }
    }

    /// The steps that the outputs depend on.
    private func neededSteps(for outputs: [String]) -> [EnsemblePlan.Step] {
        var needed = Set(outputs)
        var left = plan.steps
        var result: [EnsemblePlan.Step] = []
        while let index = left.firstIndex(where: { $0.outputs.contains { needed.contains($0.tensor) } }) {
            let step = left.remove(at: index)
            needed.formUnion(step.needs)
            result.append(step)
        }
        return result
    }

    private func output(
        _ name: String, _ produced: [String: OutputTensor], _ tensors: [String: InputTensor]
    ) throws(InferenceError) -> OutputTensor {
        if let tensor = produced[name] { return OutputTensor(renaming: tensor, name) }
        guard let input = tensors[name] else {
            throw InferenceError(.engineFailed, "no step gave the output '\(name)'")
        }
        return OutputTensor(copying: input)
    }
}

extension InferenceTimings {
    /// Adds a step's: those that ran at the same time count each.
    fileprivate mutating func add(_ step: InferenceTimings) {
        queue += step.queue
        computeInput += step.computeInput
        computeInfer += step.computeInfer
        computeOutput += step.computeOutput
    }
}

extension OutputTensor {
    /// The same bytes under another name.
    fileprivate convenience init(renaming tensor: OutputTensor, _ name: String) {
        self.init(0..<tensor.bytes.count, of: tensor, shape: tensor.shape, name: name)
    }

    fileprivate convenience init(copying input: InputTensor) {
        self.init(name: input.name, datatype: input.datatype, shape: input.shape, byteCount: input.bytes.count)
        input.bytes.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
}
