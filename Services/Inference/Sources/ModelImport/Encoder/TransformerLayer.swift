/// One layer of an encoder that normalises after each part, as BERT and all its kin do: attention, sum, normalisation, two
/// dense layers, sum, normalisation.
struct TransformerLayer {
    /// Where a family keeps the weights of its parts, below the layer's own name.
    struct Names {
        var query: String
        var key: String
        var value: String
        /// The dense layer behind the attention.
        var mixed: String
        var attentionNorm: String
        /// The wide dense layer, whose result is activated.
        var wide: String
        var narrow: String
        var outputNorm: String
    }

    let names: Names
    let width: Int
    let heads: Int
    let intermediateSize: Int
    let epsilon: Double
    let activation: Activation

    /// - Parameters:
    ///   - hidden: `[batch, sequence, width]`.
    ///   - bias: Added to the scores; `[batch or 1, heads or 1, query or 1, key]`.
    ///   - name: Of the layer, with a full stop at its end.
    func build(
        _ builder: inout EncoderBuilder,
        _ hidden: ONNXGraph.Value,
        bias: ONNXGraph.Value,
        _ name: String
    ) throws(ModelImportError) -> ONNXGraph.Value {
        let context = builder.attention(
            query: try builder.linear(hidden, name + names.query, from: width, to: width),
            key: try builder.linear(hidden, name + names.key, from: width, to: width),
            value: try builder.linear(hidden, name + names.value, from: width, to: width),
            bias: bias,
            heads: heads,
            width: width,
            name + "attention"
        )
        let mixed = try builder.linear(context, name + names.mixed, from: width, to: width)
        let attended = try builder.layerNorm(
            builder.add(mixed, hidden, "\(name)attended"),
            name + names.attentionNorm,
            width: width,
            epsilon: epsilon
        )
        let wide = builder.activation(
            try builder.linear(attended, name + names.wide, from: width, to: intermediateSize),
            activation,
            "\(name)activated"
        )
        let narrow = try builder.linear(wide, name + names.narrow, from: intermediateSize, to: width)
        return try builder.layerNorm(
            builder.add(narrow, attended, "\(name)sum"),
            name + names.outputNorm,
            width: width,
            epsilon: epsilon
        )
    }

    /// Checks what every family's `config.json` must fulfil.
    static func validate(width: Int, heads: Int, key: String, _ config: JSONDocument) throws(ModelImportError) {
        guard width.isMultiple(of: heads) else {
            throw ModelImportError(
                .sourceInvalid, "is \(heads), which does not divide the hidden size \(width)", file: config.file,
                key: key)
        }
        guard try !config.bool("is_decoder", default: false) else {
            throw ModelImportError(.unsupported, "is true: only encoders are", file: config.file, key: "is_decoder")
        }
    }
}

extension TransformerLayer.Names {
    /// BERT's, which RoBERTa and XLM-R share.
    static let bert = TransformerLayer.Names(
        query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
        mixed: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
        wide: "intermediate.dense", narrow: "output.dense", outputNorm: "output.LayerNorm")

    static let distilBERT = TransformerLayer.Names(
        query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
        mixed: "attention.out_lin", attentionNorm: "sa_layer_norm",
        wide: "ffn.lin1", narrow: "ffn.lin2", outputNorm: "output_layer_norm")

    static let mpnet = TransformerLayer.Names(
        query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v",
        mixed: "attention.attn.o", attentionNorm: "attention.LayerNorm",
        wide: "intermediate.dense", narrow: "output.dense", outputNorm: "output.LayerNorm")

    static let albert = TransformerLayer.Names(
        query: "attention.query", key: "attention.key", value: "attention.value",
        mixed: "attention.dense", attentionNorm: "attention.LayerNorm",
        wide: "ffn", narrow: "ffn_output", outputNorm: "full_layer_layer_norm")
}
