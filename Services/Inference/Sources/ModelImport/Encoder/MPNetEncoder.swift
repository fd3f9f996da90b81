import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// MPNet as transformers' `MPNetModel` computes it: positions as RoBERTa counts them, and a bias of the attention by the
/// distance of two tokens that all layers share.
///
/// Song et al. 2020, https://arxiv.org/abs/2004.09297; the buckets of distances are T5's, Raffel et al. 2019,
/// https://arxiv.org/abs/1910.10683.
struct MPNetEncoder: EncoderArchitecture {
    /// Of the padding token in every release of the model; no key of `config.json` changes it.
    private static let paddingID = 1
    /// Distances from here on share the last bucket.
    private static let maxDistance = 128

    let checkpointPrefix = "mpnet."
    let checkpointProbe = "embeddings.word_embeddings.weight"
    let hiddenSize: Int
    let maxSequenceLength: Int
    let inputNames = ["input_ids", "attention_mask"]
    let sequenceHead = SequenceHead.classifier(dense: "classifier.dense", .tanh, projection: "classifier.out_proj")
    private let vocabularySize: Int
    private let positionCount: Int
    private let bucketCount: Int
    private let layerCount: Int
    private let layer: TransformerLayer

    init(_ config: JSONDocument) throws(ModelImportError) {
        hiddenSize = try config.integer("hidden_size", in: 1...16_384)
        positionCount = try config.integer("max_position_embeddings", in: 3...131_072)
        maxSequenceLength = positionCount - Self.paddingID - 1
        vocabularySize = try config.integer("vocab_size", in: 1...4_194_304)
        bucketCount = try config.integer("relative_attention_num_buckets", in: 4...1024, default: 32)
        layerCount = try config.integer("num_hidden_layers", in: 1...256)
        let heads = try config.integer("num_attention_heads", in: 1...hiddenSize)
        try TransformerLayer.validate(width: hiddenSize, heads: heads, key: "num_attention_heads", config)
        layer = TransformerLayer(
            names: .mpnet,
            width: hiddenSize,
            heads: heads,
            intermediateSize: try config.integer("intermediate_size", in: 1...131_072),
            epsilon: try config.number("layer_norm_eps", in: 1e-15...1e-2, default: 1e-12),
            activation: try config.choice("hidden_act", default: .gelu)
        )
    }

    func hiddenStates(
        _ builder: inout EncoderBuilder, _ inputs: [ONNXGraph.Value]
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let words = try builder.embedding(
            inputs[0], "embeddings.word_embeddings", rows: vocabularySize, width: hiddenSize)
        let table = try builder.weight("embeddings.position_embeddings.weight", [positionCount, hiddenSize])
        let positions = builder.rows(
            of: table, countedFrom: Self.paddingID, tokens: inputs[0], "embeddings.positions")
        var hidden = try builder.layerNorm(
            builder.add(words, positions, "embeddings.sum"), "embeddings.LayerNorm", width: hiddenSize,
            epsilon: layer.epsilon)
        let bias = builder.add(
            builder.attentionBias(mask: inputs[1]), try distanceBias(&builder, tokens: inputs[0]), "attention.biases")
        for index in 0..<layerCount {
            hidden = try layer.build(&builder, hidden, bias: bias, "encoder.layer.\(index).")
        }
        return hidden
    }

    /// `[heads, query, key]`: from the table of buckets, one row for each distance there may be.
    private func distanceBias(
        _ builder: inout EncoderBuilder, tokens: ONNXGraph.Value
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let name = "encoder.relative_attention_bias"
        let last = maxSequenceLength - 1
        let buckets = builder.graph.integers((-last...last).map(bucket(ofDistance:)))
        let byDistance = builder.graph.node(
            "Gather", "\(name).distances",
            [try builder.weight("\(name).weight", [bucketCount, layer.heads]), buckets], [.integer("axis", 0)])
        // Row q, column k: k − q, counted from the least distance.
        let length = builder.length(of: tokens, "\(name).length")
        let scalar = builder.graph.node("Squeeze", "\(name).count", [length])
        let places = builder.graph.node(
            "Range", "\(name).places", [builder.graph.integer(0), scalar, builder.graph.integer(1)])
        let column = builder.graph.node("Unsqueeze", "\(name).queries", [places, builder.graph.integers([1])])
        let distances = builder.graph.node("Sub", "\(name).difference", [places, column])
        let indexes = builder.add(distances, builder.graph.integer(last), "\(name).indexes")
        let rows = builder.graph.node("Gather", "\(name).rows", [byDistance, indexes], [.integer("axis", 0)])
        return builder.graph.node("Transpose", name, [rows], [.integers("perm", [2, 0, 1])])
    }

    /// Half of the buckets are for keys after the query.
    ///
    /// Of each half, half are for one distance each, the others grow by
    /// its logarithm.
    func bucket(ofDistance distance: Int) -> Int {
        let half = bucketCount / 2
        let exact = half / 2
        let base = distance > 0 ? half : 0
        let size = abs(distance)
        if size < exact { return base + size }
        // In binary32 and in this order, as the peer rounds.
        let share = log(Float(size) / Float(exact)) / Float(log(Double(Self.maxDistance) / Double(exact)))
        return base + min(exact + Int(share * Float(half - exact)), half - 1)
    }
}
