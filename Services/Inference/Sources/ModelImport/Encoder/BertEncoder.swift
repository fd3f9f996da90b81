/// BERT as transformers' `BertModel` computes it, and RoBERTa and XLM-R as `RobertaModel` does, without the pooler.
///
/// Devlin et al. 2018, https://arxiv.org/abs/1810.04805; Liu et al. 2019, https://arxiv.org/abs/1907.11692.
struct BertEncoder: EncoderArchitecture {
    enum Variant {
        case bert
        /// Counts positions from the padding token's id on, over tokens that are no padding; has no segments.
        case roberta
    }

    let checkpointPrefix: String
    let checkpointProbe = "embeddings.word_embeddings.weight"
    let hiddenSize: Int
    let maxSequenceLength: Int
    let inputNames: [String]
    let sequenceHead: SequenceHead
    private let variant: Variant
    private let vocabularySize: Int
    private let positionCount: Int
    private let paddingID: Int
    private let typeCount: Int
    private let layerCount: Int
    private let layer: TransformerLayer

    private enum PositionEmbedding: String, CaseIterable {
        case absolute
    }

    init(_ config: JSONDocument, _ variant: Variant) throws(ModelImportError) {
        self.variant = variant
        hiddenSize = try config.integer("hidden_size", in: 1...16_384)
        positionCount = try config.integer("max_position_embeddings", in: 3...131_072)
        vocabularySize = try config.integer("vocab_size", in: 1...4_194_304)
        typeCount = try config.integer("type_vocab_size", in: 1...1024)
        layerCount = try config.integer("num_hidden_layers", in: 1...256)
        let heads = try config.integer("num_attention_heads", in: 1...hiddenSize)
        try TransformerLayer.validate(width: hiddenSize, heads: heads, key: "num_attention_heads", config)
        layer = TransformerLayer(
            names: .bert,
            width: hiddenSize,
            heads: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...131_072),
            epsilon: try config.number("layer_norm_eps", in: 1e-15...1e-2, default: 1e-12),
            activation: try config.choice("hidden_act", default: .gelu)
        )
        let _: PositionEmbedding = try config.choice("position_embedding_type", default: .absolute)
        switch variant {
        case .bert:
            checkpointPrefix = "bert."
            paddingID = 0
            maxSequenceLength = positionCount
            inputNames = ["input_ids", "attention_mask", "token_type_ids"]
            sequenceHead = .pooler("pooler.dense")
        case .roberta:
            checkpointPrefix = "roberta."
            paddingID = try config.integer("pad_token_id", in: 0...positionCount - 2, default: 1)
            maxSequenceLength = positionCount - paddingID - 1
            inputNames = ["input_ids", "attention_mask"]
            sequenceHead = .classifier(dense: "classifier.dense", .tanh, projection: "classifier.out_proj")
        }
    }

    func hiddenStates(
        _ builder: inout EncoderBuilder, _ inputs: [ONNXGraph.Value]
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let words = try builder.embedding(
            inputs[0], "embeddings.word_embeddings", rows: vocabularySize, width: hiddenSize)
        let table = try builder.weight("embeddings.position_embeddings.weight", [positionCount, hiddenSize])
        let (kinds, positions): (ONNXGraph.Value, ONNXGraph.Value)
        switch variant {
        case .bert:
            kinds = try builder.embedding(
                inputs[2], "embeddings.token_type_embeddings", rows: typeCount, width: hiddenSize)
            positions = builder.firstRows(of: table, for: inputs[0], "embeddings.positions")
        case .roberta:
            let types = try builder.weight("embeddings.token_type_embeddings.weight", [typeCount, hiddenSize])
            kinds = builder.graph.node(
                "Gather", "embeddings.type", [types, builder.graph.integer(0)], [.integer("axis", 0)])
            positions = builder.rows(
                of: table, countedFrom: paddingID, tokens: inputs[0], "embeddings.positions")
        }
        let sum = builder.add(builder.add(words, kinds, "embeddings.typed"), positions, "embeddings.sum")
        var hidden = try builder.layerNorm(sum, "embeddings.LayerNorm", width: hiddenSize, epsilon: layer.epsilon)
        let bias = builder.attentionBias(mask: inputs[1])
        for index in 0..<layerCount {
            hidden = try layer.build(&builder, hidden, bias: bias, "encoder.layer.\(index).")
        }
        return hidden
    }
}
