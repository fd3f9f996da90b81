/// What stands on top of an encoder, by the class that `config.json` names under `architectures`.
enum ModelHead {
    /// The encoder alone; its output is `last_hidden_state`, `[batch, sequence, hidden size]`.
    case none
    /// One row of scores per sequence, as cross-encoders have: `logits`, `[batch, labels]`.
    case sequence(labels: [String])
    /// One row of scores per token: `logits`, `[batch, sequence, labels]`.
    case tokens(labels: [String])

    /// - Parameter isSentenceModel: Then the encoder alone is what counts, whatever it was trained with.
    init(_ config: JSONDocument, isSentenceModel: Bool) throws(ModelImportError) {
        let name = try config.strings("architectures", default: []).first { !$0.hasSuffix("Model") }
        switch name {
        case _ where isSentenceModel, nil: self = .none
        case let name? where name.hasSuffix("ForSequenceClassification"): self = .sequence(labels: try config.labels())
        case let name? where name.hasSuffix("ForTokenClassification"): self = .tokens(labels: try config.labels())
        case let name?:
            throw ModelImportError(
                .unsupported,
                "\"\(name.prefix(64))\" is not supported; encoders alone, with a ForSequenceClassification or with a "
                    + "ForTokenClassification head are",
                file: config.file,
                key: "architectures"
            )
        }
    }

    var labels: [String]? {
        switch self {
        case .none: nil
        case .sequence(let labels), .tokens(let labels): labels
        }
    }
}

/// From the first token to the scores of a sequence: a dense layer, an activation, another dense layer.
enum SequenceHead {
    /// The first dense layer belongs to the encoder and ends with tanh; the second is `classifier`.
    case pooler(String)
    /// Both belong to the head.
    case classifier(dense: String, Activation, projection: String)
}

/// The inputs and outputs of a model, as its entry describes them.
struct ModelSignature {
    var inputs: [ModelEntry.Tensor]
    var outputs: [ModelEntry.Tensor]
}

extension EncoderArchitecture {
    /// Adds inputs, layers and outputs; gives what the entry's `config.json` says of them.
    func build(_ builder: inout EncoderBuilder, head: ModelHead) throws(ModelImportError) -> ModelSignature {
        let free: [ONNXGraph.Dimension] = [.named("batch"), .named("sequence")]
        let inputs = inputNames.map { builder.graph.input($0, .int64, free) }
        let hidden = try hiddenStates(&builder, inputs)
        let output: (value: ONNXGraph.Value, name: String, shape: [ONNXGraph.Dimension])
        switch head {
        case .none:
            output = (hidden, "last_hidden_state", free + [.fixed(hiddenSize)])
        case .tokens(let labels):
            builder.checkpoint.leaveEncoder()
            let scores = try builder.linear(hidden, "classifier", from: hiddenSize, to: labels.count)
            output = (scores, "logits", free + [.fixed(labels.count)])
        case .sequence(let labels):
            let scores = try sequenceScores(&builder, hidden, count: labels.count)
            output = (scores, "logits", [free[0], .fixed(labels.count)])
        }
        builder.graph.output(output.value, named: output.name, .float, output.shape)
        return ModelSignature(
            inputs: inputNames.map { .init(name: $0, datatype: "INT64", shape: [-1, -1]) },
            outputs: [.init(name: output.name, datatype: "FP32", shape: output.shape.map(\.size))]
        )
    }

    private func sequenceScores(
        _ builder: inout EncoderBuilder, _ hidden: ONNXGraph.Value, count: Int
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let first = builder.graph.node(
            "Gather", "first_token", [hidden, builder.graph.integer(0)], [.integer("axis", 1)])
        switch sequenceHead {
        case .pooler(let name):
            let dense = try builder.linear(first, name, from: hiddenSize, to: hiddenSize)
            let pooled = builder.activation(dense, .tanh, "pooled")
            builder.checkpoint.leaveEncoder()
            return try builder.linear(pooled, "classifier", from: hiddenSize, to: count)
        case .classifier(let name, let activation, let projection):
            builder.checkpoint.leaveEncoder()
            let dense = try builder.linear(first, name, from: hiddenSize, to: hiddenSize)
            let activated = builder.activation(dense, activation, "classifier.activated")
            return try builder.linear(activated, projection, from: hiddenSize, to: count)
        }
    }
}
