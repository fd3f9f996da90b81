/// BERT as transformers' `BertModel` computes it, without the pooler.
///
/// Devlin et al. 2018, https://arxiv.org/abs/1810.04805.
struct BertEncoder: EncoderArchitecture {
    static let checkpointPrefixes = ["bert."]
    static let checkpointProbe = "embeddings.word_embeddings.weight"

    let hiddenSize: Int
    let maxSequenceLength: Int
    private let vocabularySize: Int
    private let typeCount: Int
    private let layerCount: Int
    private let headCount: Int
    private let intermediateSize: Int
    private let epsilon: Double
    private let activation: Activation

    private enum PositionEmbedding: String, CaseIterable {
        case absolute
    }

    init(_ config: JSONDocument) throws(ModelImportError) {
        hiddenSize = try config.integer("hidden_size", in: 1...16_384)
        maxSequenceLength = try config.integer("max_position_embeddings", in: 1...131_072)
        vocabularySize = try config.integer("vocab_size", in: 1...4_194_304)
        typeCount = try config.integer("type_vocab_size", in: 1...1024)
        layerCount = try config.integer("num_hidden_layers", in: 1...256)
        headCount = try config.integer("num_attention_heads", in: 1...hiddenSize)
        intermediateSize = try config.integer("intermediate_size", in: 1...131_072)
        epsilon = try config.number("layer_norm_eps", in: 1e-15...1e-2, default: 1e-12)
        activation = try config.choice("hidden_act", default: .gelu)
        guard hiddenSize.isMultiple(of: headCount) else {
            throw ModelImportError(
                .sourceInvalid,
                "is \(headCount), which does not divide hidden_size \(hiddenSize)",
                file: config.file,
                key: "num_attention_heads"
            )
        }
        let _: PositionEmbedding = try config.choice("position_embedding_type", default: .absolute)
        guard try !config.bool("is_decoder", default: false) else {
            throw ModelImportError(.unsupported, "is true: only encoders are", file: config.file, key: "is_decoder")
        }
    }

    func build(_ builder: inout EncoderBuilder) throws(ModelImportError) -> ModelSignature {
        let names = ["input_ids", "attention_mask", "token_type_ids"]
        let free: [ONNXGraph.Dimension] = [.named("batch"), .named("sequence")]
        let inputs = names.map { builder.graph.input($0, .int64, free) }

        var hidden = try embeddings(&builder, tokens: inputs[0], types: inputs[2])
        let bias = builder.attentionBias(mask: inputs[1])
        for index in 0..<layerCount {
            hidden = try layer(
                &builder,
                hidden,
                bias: bias,
                "encoder.layer.\(index)",
                result: index == layerCount - 1 ? "last_hidden_state" : nil
            )
        }
        builder.graph.output(hidden, .float, free + [.fixed(hiddenSize)])
        return ModelSignature(
            inputs: names.map { .init(name: $0, datatype: "INT64", shape: [-1, -1]) },
            outputs: [.init(name: "last_hidden_state", datatype: "FP32", shape: [-1, -1, hiddenSize])]
        )
    }

    /// Word, type and position, normalised.
    ///
    /// Positions are the first rows of their table, as many as there are tokens.
    private func embeddings(
        _ builder: inout EncoderBuilder,
        tokens: ONNXGraph.Value,
        types: ONNXGraph.Value
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let words = try builder.embedding(
            tokens,
            "embeddings.word_embeddings",
            rows: vocabularySize,
            width: hiddenSize
        )
        let kinds = try builder.embedding(
            types,
            "embeddings.token_type_embeddings",
            rows: typeCount,
            width: hiddenSize
        )
        let table = try builder.weight("embeddings.position_embeddings.weight", [maxSequenceLength, hiddenSize])
        let length = builder.graph.node(
            "Shape",
            "embeddings.length",
            [tokens],
            [.integer("start", 1), .integer("end", 2)]
        )
        let zero = builder.graph.integers([0])
        let positions = builder.graph.node("Slice", "embeddings.positions", [table, zero, length, zero])
        let typed = builder.add(words, kinds, "embeddings.typed")
        return try builder.layerNorm(
            builder.add(typed, positions, "embeddings.sum"),
            "embeddings.LayerNorm",
            width: hiddenSize,
            epsilon: epsilon
        )
    }

    private func layer(
        _ builder: inout EncoderBuilder,
        _ hidden: ONNXGraph.Value,
        bias: ONNXGraph.Value,
        _ name: String,
        result: String?
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let heads = "\(name).attention.self"
        let context = builder.attention(
            query: try builder.linear(hidden, "\(heads).query", from: hiddenSize, to: hiddenSize),
            key: try builder.linear(hidden, "\(heads).key", from: hiddenSize, to: hiddenSize),
            value: try builder.linear(hidden, "\(heads).value", from: hiddenSize, to: hiddenSize),
            bias: bias,
            heads: headCount,
            width: hiddenSize,
            heads
        )
        let mixed = try builder.linear(
            context,
            "\(name).attention.output.dense",
            from: hiddenSize,
            to: hiddenSize
        )
        let attended = try builder.layerNorm(
            builder.add(mixed, hidden, "\(name).attention.output.sum"),
            "\(name).attention.output.LayerNorm",
            width: hiddenSize,
            epsilon: epsilon
        )
        let wide = builder.activation(
            try builder.linear(attended, "\(name).intermediate.dense", from: hiddenSize, to: intermediateSize),
            activation,
            "\(name).intermediate"
        )
        let narrow = try builder.linear(wide, "\(name).output.dense", from: intermediateSize, to: hiddenSize)
        return try builder.layerNorm(
            builder.add(narrow, attended, "\(name).output.sum"),
            "\(name).output.LayerNorm",
            width: hiddenSize,
            epsilon: epsilon,
            result: result
        )
    }
}
