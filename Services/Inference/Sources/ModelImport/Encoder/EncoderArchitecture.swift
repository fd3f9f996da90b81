/// A kind of encoder: reads its part of `config.json` and writes its graph.
///
/// To add one, conform a type to this protocol and name it in ``EncoderArchitectures``; ``EncoderBuilder`` and
/// ``TransformerLayer`` have what encoders share.
protocol EncoderArchitecture {
    /// What stands before the encoder's weights where it was saved as part of a larger model, "bert." for example, and a
    /// weight by which to tell.
    var checkpointPrefix: String { get }
    var checkpointProbe: String { get }

    var hiddenSize: Int { get }
    /// Most tokens in a sequence, special ones included.
    var maxSequenceLength: Int { get }
    /// Names of the inputs `[batch, sequence]`: token ids, their mask and, in some families, their segments.
    var inputNames: [String] { get }

    /// - Parameter inputs: One for each of ``inputNames``.
    /// - Returns: The last layer's result, `[batch, sequence, hiddenSize]`.
    func hiddenStates(
        _ builder: inout EncoderBuilder, _ inputs: [ONNXGraph.Value]
    ) throws(ModelImportError) -> ONNXGraph.Value

    /// How the family prepares the first token for the classifier of a sequence.
    var sequenceHead: SequenceHead { get }
}

enum EncoderArchitectures {
    private typealias Reader = @Sendable (JSONDocument) throws(ModelImportError) -> any EncoderArchitecture

    private static let byModelType: [String: Reader] = [
        "albert": { config throws(ModelImportError) in try AlbertEncoder(config) },
        "bert": { config throws(ModelImportError) in try BertEncoder(config, .bert) },
        "distilbert": { config throws(ModelImportError) in try DistilBertEncoder(config) },
        "mpnet": { config throws(ModelImportError) in try MPNetEncoder(config) },
        "roberta": { config throws(ModelImportError) in try BertEncoder(config, .roberta) },
        "xlm-roberta": { config throws(ModelImportError) in try BertEncoder(config, .roberta) },
    ]

    /// The encoder that `config.json` describes.
    static func encoder(_ config: JSONDocument) throws(ModelImportError) -> any EncoderArchitecture {
        let type = try config.string("model_type")
        guard let read = byModelType[type] else {
            let known = byModelType.keys.sorted().joined(separator: ", ")
            throw ModelImportError(
                .unsupported,
                "\"\(type.prefix(64))\" is not supported; one of \(known) is",
                file: config.file,
                key: "model_type"
            )
        }
        return try read(config)
    }
}
