import FoundationEssentials

/// What a model repository's entry says about an embedding model: tokenizer, inputs, and how token vectors become one.
struct ModelDirectory: Sendable {
    /// How the vectors of a text's tokens become one.
    enum Pooling: String, Decodable, Sendable {
        case mean
        case meanSqrtLength = "mean_sqrt_len"
        case weightedMean = "weighted_mean"
        case max
        case cls
        case lastToken = "last_token"
    }

    /// `pooling.json`, written by `quinion models import`.
    struct Settings: Decodable, Sendable {
        var mode: Pooling
        var dimension: Int
        /// The most tokens of a text, those of the template included.
        var maxSequenceLength: Int

        enum CodingKeys: String, CodingKey {
            case mode, dimension
            case maxSequenceLength = "max_sequence_length"
        }
    }

    /// `config.json` of the entry.
    private struct Entry: Decodable {
        struct Tensor: Decodable { var name: String }
        struct Source: Decodable { var files: [String: String]? }

        var name: String?
        var inputs: [Tensor]
        var outputs: [Tensor]
        var source: Source?
    }

    let tokenizer: Tokenizer
    let settings: Settings
    /// The id of `[PAD]`.
    let padding: Int32
    let inputs: [String]
    let output: String
    /// Digest of the weights the model was imported from, for lineage.
    let revision: String?
    /// Text put before an input, by name (`prompts` of sentence-transformers).
    let prompts: [String: String]

    /// - Throws: `LanguageProcessingError` naming the file.
    init(path: String) throws {
        let tokenizerFile = try Self.read("tokenizer.json", in: path, limit: Tokenizer.maximumFileSize)
        do {
            tokenizer = try Tokenizer(json: tokenizerFile)
        } catch let error as LanguageProcessingError {
            throw LanguageProcessingError(.tokenizerFile, "\(path)/tokenizer.json: \(error.message)", cause: error)
        }
        let settings: Settings = try Self.decode("pooling.json", in: path)
        let entry: Entry = try Self.decode("config.json", in: path)
        guard (1...65_536).contains(settings.dimension), (8...131_072).contains(settings.maxSequenceLength) else {
            throw LanguageProcessingError(
                .modelFile,
                "\(path)/pooling.json: dimension must be 1...65536 and max_sequence_length 8...131072")
        }
        guard let output = entry.outputs.first?.name, entry.inputs.contains(where: { $0.name == "input_ids" }) else {
            throw LanguageProcessingError(.modelFile, "\(path)/config.json: no input input_ids or no output")
        }
        self.settings = settings
        padding = tokenizer.vocabulary.id(of: "[PAD]") ?? tokenizer.vocabulary.id(of: "<pad>") ?? 0
        inputs = entry.inputs.map(\.name)
        self.output = output
        revision = entry.source?.files?["model.safetensors"]
        prompts = Self.prompts(in: path)
    }

    private struct SentenceConfig: Decodable { var prompts: [String: String]? }

    private static func prompts(in path: String) -> [String: String] {
        let config: SentenceConfig? = try? decode("config_sentence_transformers.json", in: path)
        return config?.prompts ?? [:]
    }

    private static func decode<Value: Decodable>(_ file: String, in path: String) throws -> Value {
        let bytes = try read(file, in: path, limit: 1 << 20)
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw LanguageProcessingError(
                .modelFile, "\(path)/\(file) is not of the expected form: \(error)", cause: error)
        }
    }

    private static func read(_ file: String, in path: String, limit: Int) throws -> [UInt8] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: "\(path)/\(file)"))
        } catch {
            throw LanguageProcessingError(.modelFile, "\(path)/\(file) cannot be read", cause: error)
        }
        guard data.count <= limit else {
            throw LanguageProcessingError(.modelFile, "\(path)/\(file) is larger than \(limit) bytes")
        }
        return [UInt8](data)
    }
}
