import Crypto
import Dispatch
import FoundationEssentials
import Synchronization

/// Turns a Hugging Face directory of an encoder, alone or with a classifier, into an entry of a model repository, without
/// Python.
///
/// Reads `config.json`, `model.safetensors`, `tokenizer.json` and, if it is a sentence-transformers model, `modules.json`
/// and the files it names. Writes:
///
///     <repository>/<model>/config.json         backend, inputs, outputs, where the model came from
///                         /tokenizer.json      a copy
///                         /pooling.json        how token vectors become one; only if the source says so
///                         /labels.txt          the classes of the head, one a line; only if there is one
///                         /config_sentence_transformers.json   a copy, if the source has it: the model's prompts
///                         /1/model.onnx        the graph
///                         /1/model.onnx.data   its weights, binary32
///
/// The source is not trusted: every length, offset, type and range is checked before it is used.
package struct ModelImporter: Sendable {
    /// See ``ModelEntry/Source/importer``.
    private static let outputVersion = 2
    /// Rows beyond which a processor gains nothing any more.
    private static let maxBatchSize = 32
    private static let modelFile = "model.onnx"
    private static let labelFile = "labels.txt"

    private let source: SourceDirectory
    private let repository: String
    private let name: String
    private let replacing: Bool

    /// - Parameters:
    ///   - source: The Hugging Face directory.
    ///   - repository: The model repository; made if it does not exist.
    ///   - name: The model's name there; nil takes that of the source directory.
    ///   - replacing: Whether an entry of this name that differs is replaced.
    package init(source: String, repository: String, name: String? = nil, replacing: Bool = false) {
        let parts = source.split(separator: "/")
        self.source = SourceDirectory(root: source.hasPrefix("/") ? "/" + parts.joined(separator: "/") : source)
        self.repository = repository
        self.name = name ?? parts.last.map(String.init) ?? ""
        self.replacing = replacing
    }

    /// Imports the model.
    ///
    /// - Parameter progress: Called on a thread of its own, about once a megabyte.
    /// - Throws: ``ModelImportError``, or `CancellationError` when the task was cancelled; the repository is then as before.
    package func run(
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportedModel {
        let cancelled = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // File access blocks: keep it off the cooperative pool.
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result {
                            try execute {
                                try cancelled.check()
                                progress($0)
                            }
                        }
                    )
                }
            }
        } onCancel: {
            cancelled.cancel()
        }
    }

    private func execute(_ report: (ImportProgress) throws -> Void) throws -> ImportedModel {
        try ModelName.validate(name)
        let config = try source.document("config.json")
        let encoder = try EncoderArchitectures.encoder(config)
        let pooling = try SentenceModules.pooling(of: source, encoder: encoder)
        let head = try ModelHead(config, isSentenceModel: pooling != nil)
        let copies = try copiedFiles()

        let weights = try source.weights()
        var builder = EncoderBuilder(
            graph: ONNXGraph(weightFileName: "\(Self.modelFile).data"),
            checkpoint: try Checkpoint(
                Safetensors(weights),
                prefix: encoder.checkpointPrefix,
                probe: encoder.checkpointProbe
            )
        )
        let signature = try encoder.build(&builder, head: head)

        let entry = ModelEntry(
            name: name,
            backend: "openvino",
            file: Self.modelFile,
            inputs: signature.inputs,
            outputs: signature.outputs,
            axes: Self.axes(of: signature.inputs + signature.outputs),
            limits: ["sequence": encoder.maxSequenceLength],
            maxBatchSize: Self.maxBatchSize,
            dynamicBatching: .init(),
            ragged: .init(axis: "sequence", mask: "attention_mask", padding: [:]),
            labels: head.labels.map { _ in [signature.outputs[0].name: Self.labelFile] },
            parameters: [:],
            source: try origin(config, copies, weights: weights, pooling: pooling, report)
        )
        var imported = ImportedModel(
            change: .unchanged,
            path: "\(repository)/\(name)",
            entry: entry,
            pooling: pooling,
            unusedTensors: builder.checkpoint.unused
        )

        let staged = try StagedEntry(name, in: repository)
        if staged.targetExists && !replacing {
            guard RepositoryFolder(imported.path).entry?.source == entry.source else {
                throw ModelImportError(
                    .entryExists,
                    "is another model, or one by another release of the importer; force replaces it",
                    file: imported.path
                )
            }
            return imported
        }
        try write(entry, pooling, head, copies, builder, to: staged, report)
        imported.change = staged.targetExists ? .replaced : .created
        try staged.commit()
        return imported
    }

    /// The first free dimension counts rows, the second tokens; fixed ones are the model's own.
    private static func axes(of tensors: [ModelEntry.Tensor]) -> [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: tensors.map { tensor in
                (tensor.name, zip(tensor.shape, ["batch", "sequence", ""]).map { $0 < 0 ? $1 : "feature" })
            })
    }

    /// The files that an entry takes over as they are, by name.
    private func copiedFiles() throws(ModelImportError) -> [String: [UInt8]] {
        var files = ["tokenizer.json": try source.tokenizer()]
        let prompts = "config_sentence_transformers.json"
        if source.holds(prompts) { files[prompts] = try source.contents(prompts) }
        return files
    }

    private func origin(
        _ config: JSONDocument,
        _ copies: [String: [UInt8]],
        weights: InputFile,
        pooling: PoolingSettings?,
        _ report: (ImportProgress) throws -> Void
    ) throws -> ModelEntry.Source {
        var files = copies.mapValues { SHA256.hash(data: $0).hexadecimal }
        files["config.json"] = SHA256.hash(data: try source.contents("config.json")).hexadecimal
        files["model.safetensors"] = try weights.digest {
            try report(.init(stage: .checking, completedBytes: $0, totalBytes: weights.byteCount))
        }
        if let pooling {
            files["pooling.json"] = SHA256.hash(data: try ModelEntry.encode(pooling)).hexadecimal
        }
        return ModelEntry.Source(
            importer: Self.outputVersion,
            architecture: try config.string("model_type"),
            licence: source.licence(),
            files: files
        )
    }

    private func write(
        _ entry: ModelEntry,
        _ pooling: PoolingSettings?,
        _ head: ModelHead,
        _ copies: [String: [UInt8]],
        _ builder: EncoderBuilder,
        to staged: StagedEntry,
        _ report: (ImportProgress) throws -> Void
    ) throws {
        let weights = builder.graph.weights
        let data = try staged.create("1/\(weights.name)")
        try weights.write(from: builder.checkpoint.file, to: data) {
            try report(.init(stage: .writing, completedBytes: $0, totalBytes: weights.byteCount))
        }
        try data.synchronize()
        let graph = builder.graph.serialized(name: name, producer: "quinion", version: "\(Self.outputVersion)")
        try staged.write(graph, to: "1/\(Self.modelFile)")
        for (name, bytes) in copies { try staged.write(bytes, to: name) }
        if let pooling { try staged.write(ModelEntry.encode(pooling), to: "pooling.json") }
        if let labels = head.labels {
            try staged.write(Array(labels.map { $0 + "\n" }.joined().utf8), to: Self.labelFile)
        }
        try staged.write(ModelEntry.encode(entry), to: ModelEntry.fileName)
    }
}

/// Carries the cancellation of a task to a thread.
private final class Cancellation: Sendable {
    private let isCancelled = Atomic(false)

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func check() throws(CancellationError) {
        if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
    }
}
