/// ALBERT as transformers' `AlbertModel` computes it: narrow embeddings, and layers that share their weights.
///
/// Lan et al. 2019, https://arxiv.org/abs/1909.11942.
struct AlbertEncoder: EncoderArchitecture {
    let checkpointPrefix = "albert."
    let checkpointProbe = "embeddings.word_embeddings.weight"
    let hiddenSize: Int
    let maxSequenceLength: Int
    let inputNames = ["input_ids", "attention_mask", "token_type_ids"]
    let sequenceHead = SequenceHead.pooler("pooler")
    private let embeddingSize: Int
    private let vocabularySize: Int
    private let typeCount: Int
    private let layerCount: Int
    private let groupCount: Int
    private let layersPerGroup: Int
    private let layer: TransformerLayer

    init(_ config: JSONDocument) throws(ModelImportError) {
        hiddenSize = try config.integer("hidden_size", in: 1...16_384)
        embeddingSize = try config.integer("embedding_size", in: 1...16_384)
        maxSequenceLength = try config.integer("max_position_embeddings", in: 1...131_072)
        vocabularySize = try config.integer("vocab_size", in: 1...4_194_304)
        typeCount = try config.integer("type_vocab_size", in: 1...1024)
        layerCount = try config.integer("num_hidden_layers", in: 1...256)
        groupCount = try config.integer("num_hidden_groups", in: 1...layerCount, default: 1)
        layersPerGroup = try config.integer("inner_group_num", in: 1...64, default: 1)
        let heads = try config.integer("num_attention_heads", in: 1...hiddenSize)
        try TransformerLayer.validate(width: hiddenSize, heads: heads, key: "num_attention_heads", config)
        layer = TransformerLayer(
            names: .albert,
            width: hiddenSize,
            heads: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...131_072),
            epsilon: try config.number("layer_norm_eps", in: 1e-15...1e-2, default: 1e-12),
            activation: try config.choice("hidden_act", default: .geluNew)
        )
    }

    func hiddenStates(
        _ builder: inout EncoderBuilder, _ inputs: [ONNXGraph.Value]
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let words = try builder.embedding(
            inputs[0], "embeddings.word_embeddings", rows: vocabularySize, width: embeddingSize)
        let kinds = try builder.embedding(
            inputs[2], "embeddings.token_type_embeddings", rows: typeCount, width: embeddingSize)
        let table = try builder.weight("embeddings.position_embeddings.weight", [maxSequenceLength, embeddingSize])
        let positions = builder.firstRows(of: table, for: inputs[0], "embeddings.positions")
        let sum = builder.add(builder.add(words, kinds, "embeddings.typed"), positions, "embeddings.sum")
        let narrow = try builder.layerNorm(
            sum, "embeddings.LayerNorm", width: embeddingSize, epsilon: layer.epsilon)
        var hidden = try builder.linear(
            narrow, "encoder.embedding_hidden_mapping_in", from: embeddingSize, to: hiddenSize)
        let bias = builder.attentionBias(mask: inputs[1])
        for index in 0..<layerCount {
            let group = index * groupCount / layerCount
            for inner in 0..<layersPerGroup {
                builder.graph.scope = "layer.\(index)/"
                hidden = try layer.build(
                    &builder, hidden, bias: bias, "encoder.albert_layer_groups.\(group).albert_layers.\(inner).")
            }
        }
        builder.graph.scope = ""
        return hidden
    }
}
