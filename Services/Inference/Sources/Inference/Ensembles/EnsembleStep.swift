import JSONText

/// One model of an ensemble: Triton's `ensemble_scheduling.step`.
struct EnsembleStep: Sendable, Equatable {
    var model: String
    /// Nil: the highest that is ready.
    var version: Int?
    /// The ensemble's tensor for each input of the model.
    var inputs: [String: String]
    /// The ensemble's tensor that each output of the model becomes; outputs left out are not computed.
    var outputs: [String: String]

    private static let countLimit = 100

    /// Reads the value of `ensemble_scheduling`.
    static func read(_ value: JSONValue) throws(InferenceError) -> [EnsembleStep] {
        var reader = try JSONObjectReader(value, path: "ensemble_scheduling")
        let elements = try reader.elements("step")
        guard 1...countLimit ~= elements.count else {
            throw InferenceError(
                .invalidModel, "'ensemble_scheduling.step' has \(elements.count) steps, expected 1 to 100")
        }
        try reader.finish()
        var steps: [EnsembleStep] = []
        for (index, element) in elements.enumerated() {
            steps.append(try EnsembleStep(element, path: "ensemble_scheduling.step[\(index)]"))
        }
        return steps
    }

    private init(_ value: JSONValue, path: String) throws(InferenceError) {
        var reader = try JSONObjectReader(value, path: path)
        guard let model = try reader.string("model_name"), !model.isEmpty else {
            throw reader.mismatch("model_name", .null, "a model's name")
        }
        self.model = model
        // Triton's -1 is the highest.
        version = try reader.integer("model_version", in: -1...Int.max)
        if let number = version, number < 1 {
            guard number == -1 else { throw reader.mismatch("model_version", .integer(0), "-1 or a version") }
            version = nil
        }
        inputs = try reader.dictionary("input_map", of: "a tensor's name", Self.name)
        outputs = try reader.dictionary("output_map", of: "a tensor's name", Self.name)
        guard !inputs.isEmpty, !outputs.isEmpty else {
            throw InferenceError(.invalidModel, "'\(path)' needs 'input_map' and 'output_map'")
        }
        try reader.finish()
    }

    private static func name(_ value: JSONValue) -> String? {
        if case .string(let name) = value, !name.isEmpty { name } else { nil }
    }

    /// Which version a request to it asks for.
    var choice: VersionChoice { version.map { .number($0) } ?? .highest }
}
