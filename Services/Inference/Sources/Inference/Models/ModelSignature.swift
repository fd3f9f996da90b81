import ServiceAPI

/// What requests to a model must look like.
package struct ModelSignature: Sendable {
    let inputs: [TensorDescription]
    let outputs: [TensorDescription]
    private let axes: [String: [String]]
    private let limits: [String: Int]

    /// Compares a model with its configuration.
    init(_ model: BackendModel, _ config: ModelConfig) throws(InferenceError) {
        try Self.compare(config.inputs, with: model.inputs, "input")
        try Self.compare(config.outputs, with: model.outputs, "output")
        try self.init(inputs: model.inputs, outputs: model.outputs, axes: config.axes, limits: config.limits)
    }

    /// A declaration may fix fewer dimensions than the model, but must not contradict it.
    private static func compare(
        _ declared: [TensorDescription]?, with found: [TensorDescription], _ what: String
    ) throws(InferenceError) {
        guard let declared else { return }
        guard Set(declared.map(\.name)) == Set(found.map(\.name)), declared.count == found.count else {
            throw InferenceError(
                .invalidModel,
                "the configuration declares the \(what)s \(list(declared.map(\.name))), the model has \(list(found.map(\.name)))"
            )
        }
        for tensor in found {
            let other = declared.first { $0.name == tensor.name }
            guard let other, other.datatype == tensor.datatype, other.shape.count == tensor.shape.count,
                zip(other.shape, tensor.shape).allSatisfy({ $0 == -1 || $1 == -1 || $0 == $1 })
            else {
                throw InferenceError(
                    .invalidModel,
                    "the configuration declares \(what) '\(tensor.name)' otherwise than the model: \(tensor.datatype.rawValue) \(tensor.shape)"
                )
            }
        }
    }

    package init(
        inputs: [TensorDescription], outputs: [TensorDescription], axes: [String: [String]] = [:],
        limits: [String: Int] = [:]
    ) throws(InferenceError) {
        for (name, names) in axes {
            guard let tensor = (inputs + outputs).first(where: { $0.name == name }) else {
                throw InferenceError(
                    .invalidModel,
                    "'axes.\(name)' names no tensor of the model; it has \(list((inputs + outputs).map(\.name)))")
            }
            guard tensor.shape.count == names.count else {
                throw InferenceError(
                    .invalidModel,
                    "'axes.\(name)' names \(names.count) dimensions, the model's tensor has shape \(tensor.shape)")
            }
        }
        self.inputs = inputs
        self.outputs = outputs
        self.axes = axes
        self.limits = limits
    }

    /// The request's inputs in the model's order, each checked: present once, datatype, shape, bytes.
    func arrange(_ given: [InputTensor]) throws(InferenceError) -> [InputTensor] {
        var byName: [String: InputTensor] = [:]
        for tensor in given {
            guard byName.updateValue(tensor, forKey: tensor.name) == nil else {
                throw invalid("input '\(tensor.name)' is given twice")
            }
        }
        let missing = inputs.filter { byName[$0.name] == nil }.map(\.name)
        guard missing.isEmpty else {
            throw invalid("expected \(inputs.count) inputs but got \(given.count); missing: \(list(missing))")
        }
        guard given.count == inputs.count else {
            let unknown = given.map(\.name).filter { name in !inputs.contains { $0.name == name } }
            throw invalid("unexpected inputs: \(list(unknown)); the model takes \(list(inputs.map(\.name)))")
        }
        var arranged: [InputTensor] = []
        var sizes: [String: (size: Int, input: String)] = [:]
        for input in inputs {
            guard let tensor = byName[input.name] else { continue }
            try check(tensor, against: input)
            try checkAxes(of: tensor, &sizes)
            arranged.append(tensor)
        }
        return arranged
    }

    /// The indexes of outputs by name, ascending; all for nil.
    func select(_ names: [String]?) throws(InferenceError) -> [Int] {
        guard let names else { return Array(outputs.indices) }
        var indexes: Set<Int> = []
        for name in names {
            guard let index = outputs.firstIndex(where: { $0.name == name }) else {
                throw invalid("unexpected output '\(name)'; the model gives \(list(outputs.map(\.name)))")
            }
            guard indexes.insert(index).inserted else { throw invalid("output '\(name)' is requested twice") }
        }
        return indexes.sorted()
    }

    private func check(_ tensor: InputTensor, against input: TensorDescription) throws(InferenceError) {
        guard tensor.datatype == input.datatype else {
            throw invalid(
                "input '\(tensor.name)' has datatype \(tensor.datatype.rawValue), the model expects \(input.datatype.rawValue)"
            )
        }
        guard input.matches(tensor.shape) else {
            throw invalid("unexpected shape for input '\(tensor.name)': expected \(input.shape), got \(tensor.shape)")
        }
        guard let count = Tensor.elementCount(of: tensor.shape), count > 0 else {
            throw invalid("input '\(tensor.name)' of shape \(tensor.shape) has no elements, or too many to count")
        }
        try checkBytes(of: tensor, elements: count)
    }

    private func checkBytes(of tensor: InputTensor, elements count: Int) throws(InferenceError) {
        guard let width = tensor.datatype.width else {
            let fault = tensor.bytes.withUnsafeBytes { ByteElements($0).fault(in: tensor.shape) }
            if let fault { throw invalid("input '\(tensor.name)': \(fault)") }
            return
        }
        guard case (let size, false) = count.multipliedReportingOverflow(by: width), size == tensor.bytes.count
        else {
            throw invalid(
                "unexpected byte size for input '\(tensor.name)': shape \(tensor.shape) of \(tensor.datatype.rawValue) needs \(count) × \(width) bytes, got \(tensor.bytes.count)"
            )
        }
        if tensor.datatype == .bool, tensor.bytes.withUnsafeBytes({ $0.contains { $0 > 1 } }) {
            throw invalid("input '\(tensor.name)': a byte of a BOOL tensor is neither 0 nor 1")
        }
    }

    private func checkAxes(
        of tensor: InputTensor, _ sizes: inout [String: (size: Int, input: String)]
    ) throws(InferenceError) {
        for (axis, size) in zip(axes[tensor.name] ?? [], tensor.shape) {
            if let limit = limits[axis], size > limit {
                throw invalid("input '\(tensor.name)': \(axis) is \(size), at most \(limit) is allowed")
            }
            if let other = sizes[axis], other.size != size {
                throw invalid(
                    "\(axis) differs between inputs: \(other.size) in '\(other.input)', \(size) in '\(tensor.name)'")
            }
            sizes[axis] = (size, tensor.name)
        }
    }

    func invalid(_ message: String) -> InferenceError {
        InferenceError(.invalidRequest, message)
    }
}

/// Names for a message, at most twenty of them.
private func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "'\($0.prefix(100))'" }.joined(separator: ", ")
    return names.count > 20 ? "\(shown), …" : shown
}
