import ServiceAPI

/// The steps of an ensemble as a graph that was checked: each tensor has one origin, and no step waits for itself.
struct EnsemblePlan: Sendable {
    struct Step: Sendable {
        let step: EnsembleStep
        /// As messages and metrics call it.
        let label: String
        /// The ensemble's tensors that it needs, each once.
        let needs: [String]
        /// Model outputs that it computes, sorted, and the ensemble's tensors that they become.
        let outputs: [(output: String, tensor: String)]
    }

    /// What a model takes and gives.
    struct Interface: Sendable {
        var inputs: [TensorDescription]
        var outputs: [TensorDescription]
    }

    let steps: [Step]

    /// Where a tensor comes from, for messages.
    private struct Origin {
        var tensor: TensorDescription
        var label: String
    }

    /// - Parameters:
    ///   - inputs: Of the ensemble.
    ///   - interfaces: Of the steps' models, in the order of the steps.
    /// - Throws: `invalidModel`, naming the step and the tensor.
    init(
        _ steps: [EnsembleStep], inputs: [TensorDescription], outputs: [TensorDescription], interfaces: [Interface]
    ) throws(InferenceError) {
        self.steps = steps.enumerated().map { index, step in
            Step(
                step: step, label: "step \(index) (model '\(step.model)')", needs: Set(step.inputs.values).sorted(),
                outputs: step.outputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        var origins: [String: Origin] = [:]
        for input in inputs { origins[input.name] = Origin(tensor: input, label: "the ensemble's input") }
        for (step, interface) in zip(self.steps, interfaces) {
            for (output, tensor) in step.outputs {
                guard let description = interface.outputs.first(where: { $0.name == output }) else {
                    throw Self.fault("\(step.label): 'output_map' names '\(output)', which the model does not give")
                }
                if let other = origins[tensor] {
                    throw Self.fault("tensor '\(tensor)' comes from \(other.label) and from \(step.label)")
                }
                origins[tensor] = Origin(tensor: description, label: step.label)
            }
        }
        for (step, interface) in zip(self.steps, interfaces) {
            try Self.check(step, interface, origins)
        }
        for output in outputs {
            guard let origin = origins[output.name] else {
                throw Self.fault("no step gives the output '\(output.name)'")
            }
            try Self.compare(origin, with: output, "the ensemble's output '\(output.name)'")
        }
        let used = Set(self.steps.flatMap(\.needs)).union(outputs.map(\.name))
        if let unused = inputs.first(where: { !used.contains($0.name) }) {
            throw Self.fault("no step takes the input '\(unused.name)'")
        }
        try checkOrder(from: Set(inputs.map(\.name)))
    }

    private static func check(
        _ step: Step, _ interface: Interface, _ origins: [String: Origin]
    ) throws(InferenceError) {
        for input in step.step.inputs.keys.sorted() where !interface.inputs.contains(where: { $0.name == input }) {
            throw fault("\(step.label): 'input_map' names '\(input)', which the model does not take")
        }
        for input in interface.inputs {
            guard let tensor = step.step.inputs[input.name] else {
                throw fault("\(step.label): 'input_map' lacks the model's input '\(input.name)'")
            }
            guard let origin = origins[tensor] else {
                throw fault("\(step.label): nothing gives the tensor '\(tensor)'")
            }
            try compare(origin, with: input, "\(step.label), input '\(input.name)'")
        }
    }

    private static func compare(
        _ origin: Origin, with wanted: TensorDescription, _ place: String
    ) throws(InferenceError) {
        let given = origin.tensor
        guard given.datatype == wanted.datatype, given.shape.count == wanted.shape.count,
            zip(given.shape, wanted.shape).allSatisfy({ $0 == -1 || $1 == -1 || $0 == $1 })
        else {
            throw fault(
                "\(place) is \(wanted.datatype.rawValue) \(wanted.shape), \(origin.label) gives \(given.datatype.rawValue) \(given.shape)"
            )
        }
    }

    /// Runs the plan without data: what is left when no step can run any more waits for itself.
    private func checkOrder(from inputs: Set<String>) throws(InferenceError) {
        var known = inputs
        var left = steps
        while !left.isEmpty {
            let given = known
            let ready = left.filter { given.isSuperset(of: $0.needs) }
            guard !ready.isEmpty else {
                let labels = left.map(\.label).joined(separator: ", ")
                throw Self.fault("there is a cycle: \(labels) wait for each other's outputs")
            }
            for step in ready { known.formUnion(step.outputs.map(\.tensor)) }
            left.removeAll { given.isSuperset(of: $0.needs) }
        }
    }

    private static func fault(_ message: String) -> InferenceError {
        InferenceError(.invalidModel, "'ensemble_scheduling': \(message)")
    }
}
