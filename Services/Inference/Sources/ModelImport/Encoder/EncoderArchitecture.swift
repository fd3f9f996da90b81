/// A kind of encoder: reads its part of `config.json` and writes its graph.
///
/// To add one, conform a type to this protocol and name it in ``EncoderArchitectures``; ``EncoderBuilder`` has the layers
/// that encoders share.
protocol EncoderArchitecture: SendableMetatype {
    init(_ config: JSONDocument) throws(ModelImportError)

    /// Prefixes under which a larger model may have saved the encoder, and a weight by which to tell.
    static var checkpointPrefixes: [String] { get }
    static var checkpointProbe: String { get }

    var hiddenSize: Int { get }
    /// Most tokens in a sequence, special ones included.
    var maxSequenceLength: Int { get }

    /// Adds inputs, layers and outputs; gives what the entry's `config.json` says of them.
    func build(_ builder: inout EncoderBuilder) throws(ModelImportError) -> ModelSignature
}

/// The inputs and outputs of a model, as its entry describes them.
struct ModelSignature {
    var inputs: [ModelEntry.Tensor]
    var outputs: [ModelEntry.Tensor]
}

enum EncoderArchitectures {
    private static let byModelType: [String: any EncoderArchitecture.Type] = [
        "bert": BertEncoder.self
    ]

    static func architecture(for config: JSONDocument) throws(ModelImportError) -> any EncoderArchitecture.Type {
        let type = try config.string("model_type")
        guard let architecture = byModelType[type] else {
            let known = byModelType.keys.sorted().joined(separator: ", ")
            throw ModelImportError(
                .unsupported,
                "\"\(type.prefix(64))\" is not supported; one of \(known) is",
                file: config.file,
                key: "model_type"
            )
        }
        return architecture
    }
}
