/// Writes the layers that transformer encoders share, taking their weights from a checkpoint.
///
/// The graph's shape is what engines recognise: per layer three projections, one fused attention (scores scaled, mask
/// added, softmax over the last axis) and two dense layers, the first with the activation fused into it. Linear weights
/// stay `[out, in]` as stored, behind a `Transpose` that engines fold into the product.
struct EncoderBuilder {
    typealias Value = ONNXGraph.Value

    var graph: ONNXGraph
    var checkpoint: Checkpoint

    // MARK: Layers

    mutating func weight(_ name: String, _ shape: [Int]) throws(ModelImportError) -> Value {
        graph.weight(try checkpoint.tensor(name, shape: shape))
    }

    /// Rows of the table `name` at `indexes`.
    mutating func embedding(
        _ indexes: Value,
        _ name: String,
        rows: Int,
        width: Int
    ) throws(ModelImportError) -> Value {
        graph.node(
            "Gather",
            "\(name).rows",
            [try weight("\(name).weight", [rows, width]), indexes],
            [.integer("axis", 0)]
        )
    }

    /// y = x Wᵀ + b.
    mutating func linear(_ x: Value, _ name: String, from input: Int, to output: Int) throws(ModelImportError) -> Value
    {
        let weight = try weight("\(name).weight", [output, input])
        let transposed = graph.node("Transpose", "\(name).transpose", [weight], [.integers("perm", [1, 0])])
        let product = graph.node("MatMul", "\(name).matmul", [x, transposed])
        return graph.node("Add", name, [product, try self.weight("\(name).bias", [output])])
    }

    /// Normalisation over the last axis.
    mutating func layerNorm(
        _ x: Value,
        _ name: String,
        width: Int,
        epsilon: Double
    ) throws(ModelImportError) -> Value {
        let scale = try weight("\(name).weight", [width])
        let bias = try weight("\(name).bias", [width])
        let attributes: [ONNXGraph.Attribute] = [.integer("axis", -1), .float("epsilon", epsilon)]
        return graph.node("LayerNormalization", name, [x, scale, bias], attributes)
    }

    mutating func add(_ x: Value, _ y: Value, _ name: String) -> Value { graph.node("Add", name, [x, y]) }

    mutating func activation(_ x: Value, _ activation: Activation, _ name: String) -> Value {
        switch activation {
        case .gelu: graph.node("Gelu", name, [x])
        case .geluNew, .geluTanh, .geluFast: graph.node("Gelu", name, [x], [.string("approximate", "tanh")])
        case .relu: graph.node("Relu", name, [x])
        case .tanh: graph.node("Tanh", name, [x])
        }
    }

    // MARK: Positions

    /// How many tokens a row of `tokens` has, `[1]`.
    mutating func length(of tokens: Value, _ name: String) -> Value {
        graph.node("Shape", name, [tokens], [.integer("start", 1), .integer("end", 2)])
    }

    /// The first rows of a table of positions, as many as there are tokens: `[sequence, width]`.
    mutating func firstRows(of table: Value, for tokens: Value, _ name: String) -> Value {
        let zero = graph.integers([0])
        return graph.node("Slice", name, [table, zero, length(of: tokens, "\(name).length"), zero])
    }

    /// Rows of a table of positions for tokens that are counted from `padding` on, without those that are `padding`; these
    /// have the row of that number: `[batch, sequence, width]`.
    mutating func rows(of table: Value, countedFrom padding: Int, tokens: Value, _ name: String) -> Value {
        let id = graph.integer(padding)
        let isPadding = graph.node("Equal", "\(name).is_padding", [tokens, id])
        let isToken = graph.node("Not", "\(name).is_token", [isPadding])
        let ones = graph.node(
            "Cast", "\(name).ones", [isToken], [.integer("to", Int(ONNXGraph.ElementType.int64.rawValue))])
        let counts = graph.node("CumSum", "\(name).counts", [ones, graph.integer(1)])
        let places = add(graph.node("Mul", "\(name).places", [counts, ones]), id, "\(name).indexes")
        return graph.node("Gather", name, [table, places], [.integer("axis", 0)])
    }

    // MARK: Attention

    /// From a mask `[batch, sequence]` of 0 and 1: what is added to the scores `[batch, heads, query, key]`.
    ///
    /// Masked keys get the lowest number of binary16, from which exp underflows to 0 in every precision; the lowest of
    /// binary32 would be an infinity in a half-precision engine, and a row of padding only would be NaN.
    mutating func attentionBias(mask: Value) -> Value {
        let expanded = graph.node("Unsqueeze", "attention.mask", [mask, graph.integers([1, 2])])
        let visible = graph.node(
            "Cast",
            "attention.visible",
            [expanded],
            [.integer("to", Int(ONNXGraph.ElementType.bool.rawValue))]
        )
        return graph.node("Where", "attention.bias", [visible, graph.scalar(0), graph.scalar(-65504)])
    }

    /// softmax(q kᵀ / √d + bias) v, for q, k, v `[batch, sequence, heads × d]`.
    mutating func attention(
        query: Value,
        key: Value,
        value: Value,
        bias: Value,
        heads: Int,
        width: Int,
        _ name: String
    ) -> Value {
        let size = width / heads
        let q = split(query, heads, size, [0, 2, 1, 3], "\(name).query_heads")
        let k = split(key, heads, size, [0, 2, 3, 1], "\(name).key_heads")
        let v = split(value, heads, size, [0, 2, 1, 3], "\(name).value_heads")
        let scale = graph.scalar(1 / Float(size).squareRoot())
        let products = graph.node("MatMul", "\(name).products", [q, k])
        let scores = graph.node("Mul", "\(name).scores", [products, scale])
        let biased = graph.node("Add", "\(name).biased", [scores, bias])
        let probabilities = graph.node("Softmax", "\(name).probabilities", [biased], [.integer("axis", -1)])
        let mixed = graph.node("MatMul", "\(name).mixed", [probabilities, v])
        let ordered = graph.node("Transpose", "\(name).ordered", [mixed], [.integers("perm", [0, 2, 1, 3])])
        return graph.node("Reshape", "\(name).joined", [ordered, graph.integers([0, 0, width])])
    }

    private mutating func split(_ x: Value, _ heads: Int, _ size: Int, _ order: [Int], _ name: String) -> Value {
        let parts = graph.node("Reshape", "\(name).parts", [x, graph.integers([0, 0, heads, size])])
        return graph.node("Transpose", name, [parts], [.integers("perm", order)])
    }
}

/// Activations by their names in `config.json`.
enum Activation: String, CaseIterable {
    case gelu
    case geluNew = "gelu_new"
    case geluTanh = "gelu_pytorch_tanh"
    case geluFast = "gelu_fast"
    case relu
    case tanh
}
