/// Reads what sentence-transformers stores beside a model: `modules.json` and the files it names.
struct SentenceModules {
    private enum Module: String {
        case transformer = "Transformer"
        case pooling = "Pooling"
        case normalize = "Normalize"
    }

    /// - Returns: nil when the source is no sentence-transformers model.
    static func pooling(
        of source: SourceDirectory,
        encoder: any EncoderArchitecture
    ) throws(ModelImportError) -> PoolingSettings? {
        let modulesFile = "modules.json"
        guard source.holds(modulesFile) else { return nil }
        let modules = try JSONDocument.list(source.contents(modulesFile), file: source.path(modulesFile))

        var settings: PoolingSettings?
        for (index, document) in modules.enumerated() {
            let type = try document.string("type")
            // Module paths moved between releases; the class kept its name.
            let name = type.split(separator: ".").last.map(String.init) ?? type
            switch (Module(rawValue: name), index) {
            case (.transformer, 0):
                guard try document.string("path", default: "").isEmpty else {
                    throw ModelImportError(
                        .unsupported,
                        "puts the encoder into a subfolder",
                        file: document.file,
                        key: "path"
                    )
                }
            case (.pooling, 1):
                settings = try pooling(in: document.string("path"), of: source, encoder: encoder)
            case (.normalize, 2): settings?.normalize = true
            default:
                throw ModelImportError(
                    .unsupported,
                    "\"\(type.prefix(64))\" at place \(index) is not supported; Transformer, Pooling and, "
                        + "optionally, Normalize in this order are",
                    file: document.file,
                    key: "type"
                )
            }
        }
        return settings
    }

    private static func pooling(
        in folder: String,
        of source: SourceDirectory,
        encoder: any EncoderArchitecture
    ) throws(ModelImportError) -> PoolingSettings {
        let isPlainName =
            !folder.isEmpty && folder.first != "."
            && folder.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 >= 0x20 && $0 < 0x7F }
        guard isPlainName else {
            throw ModelImportError(
                .sourceInvalid,
                "\"\(folder.prefix(64))\" is not the name of a subfolder",
                file: source.path("modules.json"),
                key: "path"
            )
        }
        let document = try source.document("\(folder)/config.json")
        let dimension = try document.integer(
            "word_embedding_dimension",
            in: 1...131_072,
            default: encoder.hiddenSize
        )
        guard dimension == encoder.hiddenSize else {
            throw ModelImportError(
                .sourceInvalid,
                "is \(dimension); the encoder's hidden_size is \(encoder.hiddenSize)",
                file: document.file,
                key: "word_embedding_dimension"
            )
        }
        let transformer = try limits(of: source, encoder: encoder)
        return PoolingSettings(
            mode: try mode(document),
            normalize: false,
            dimension: dimension,
            maxSequenceLength: transformer.maxSequenceLength,
            lowercase: transformer.lowercase
        )
    }

    /// Older files have a flag per mode, newer ones a name.
    private static func mode(_ document: JSONDocument) throws(ModelImportError) -> PoolingSettings.Mode {
        let flags: [(key: String, name: String, mode: PoolingSettings.Mode)] = [
            ("pooling_mode_cls_token", "cls", .cls),
            ("pooling_mode_max_tokens", "max", .max),
            ("pooling_mode_mean_tokens", "mean", .mean),
            ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", .meanSqrtLength),
            ("pooling_mode_weightedmean_tokens", "weightedmean", .weightedMean),
            ("pooling_mode_lasttoken", "lasttoken", .lastToken),
        ]
        let name = try document.string("pooling_mode", default: "")
        if let flag = flags.first(where: { $0.name == name }) { return flag.mode }

        var modes: [PoolingSettings.Mode] = []
        for flag in flags where try document.bool(flag.key, default: false) { modes.append(flag.mode) }
        guard name.isEmpty, let mode = modes.first, modes.count == 1 else {
            throw ModelImportError(
                .unsupported,
                name.isEmpty
                    ? "\(modes.count) modes are on; exactly one is supported" : "\"\(name.prefix(64))\" is not",
                file: document.file,
                key: "pooling_mode"
            )
        }
        return mode
    }

    private static func limits(
        of source: SourceDirectory,
        encoder: any EncoderArchitecture
    ) throws(ModelImportError) -> (maxSequenceLength: Int, lowercase: Bool) {
        let file = "sentence_bert_config.json"
        let longest = encoder.maxSequenceLength
        guard source.holds(file) else { return (longest, false) }
        let document = try source.document(file)
        return (
            try document.integer("max_seq_length", in: 1...longest, default: longest),
            try document.bool("do_lower_case", default: false)
        )
    }
}
