/// DistilBERT as transformers' `DistilBertModel` computes it.
///
/// Sanh et al. 2019, https://arxiv.org/abs/1910.01108.
struct DistilBertEncoder: EncoderArchitecture {
    /// The same in every release of the model; no key of `config.json` changes it.
    private static let epsilon = 1e-12

    let checkpointPrefix = "distilbert."
    let checkpointProbe = "embeddings.word_embeddings.weight"
    let hiddenSize: Int
    let maxSequenceLength: Int
    let inputNames = ["input_ids", "attention_mask"]
    let sequenceHead = SequenceHead.classifier(dense: "pre_classifier", .relu, projection: "classifier")
    private let vocabularySize: Int
    private let layerCount: Int
    private let layer: TransformerLayer

    init(_ config: JSONDocument) throws(ModelImportError) {
        hiddenSize = try config.integer("dim", in: 1...16_384)
        maxSequenceLength = try config.integer("max_position_embeddings", in: 1...131_072)
        vocabularySize = try config.integer("vocab_size", in: 1...4_194_304)
        layerCount = try config.integer("n_layers", in: 1...256)
        let heads = try config.integer("n_heads", in: 1...hiddenSize)
        try TransformerLayer.validate(width: hiddenSize, heads: heads, key: "n_heads", config)
        layer = TransformerLayer(
            names: .distilBERT,
            width: hiddenSize,
            heads: heads,
            intermediateSize: try config.integer("hidden_dim", in: 1...131_072),
            epsilon: Self.epsilon,
            activation: try config.choice("activation", default: .gelu)
        )
    }

    func hiddenStates(
        _ builder: inout EncoderBuilder, _ inputs: [ONNXGraph.Value]
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let words = try builder.embedding(
            inputs[0], "embeddings.word_embeddings", rows: vocabularySize, width: hiddenSize)
        let table = try builder.weight("embeddings.position_embeddings.weight", [maxSequenceLength, hiddenSize])
        let positions = builder.firstRows(of: table, for: inputs[0], "embeddings.positions")
        var hidden = try builder.layerNorm(
            builder.add(words, positions, "embeddings.sum"), "embeddings.LayerNorm", width: hiddenSize,
            epsilon: Self.epsilon)
        let bias = builder.attentionBias(mask: inputs[1])
        for index in 0..<layerCount {
            hidden = try layer.build(&builder, hidden, bias: bias, "transformer.layer.\(index).")
        }
        return hidden
    }
}
