package import ServiceAPI

/// Answers requests in text-embeddings-inference's terms: checks them, encodes their inputs and embeds those.
package struct TextEmbedder: Sendable {
    package struct Limits: Sendable {
        package var clientBatchSize: Int
        package var autoTruncate: Bool
        package var plainSpecialTokens: Bool

        package init(clientBatchSize: Int, autoTruncate: Bool, plainSpecialTokens: Bool) {
            self.clientBatchSize = clientBatchSize
            self.autoTruncate = autoTruncate
            self.plainSpecialTokens = plainSpecialTokens
        }
    }

    /// Vectors, and what they cost.
    package struct Answer: Sendable {
        package var vectors: [[Float]]
        package var characters: Int
        /// Without padding.
        package var tokens: Int
        package var tokenization: Duration
        /// Waiting for a place at inference included.
        package var inference: Duration
    }

    /// More characters than this for each token that the model takes are cut (or refused) before tokenizing.
    private static let charactersPerToken = 250

    let model: EmbeddingModel
    let embedder: Embedder
    let limits: Limits

    package init(model: EmbeddingModel, embedder: Embedder, limits: Limits) {
        self.model = model
        self.embedder = embedder
        self.limits = limits
    }

    package func embed(_ request: EmbedRequest) async throws -> Answer {
        let directory = try model.directory()
        let inputs = request.inputs.all
        guard !inputs.isEmpty else {
            throw LanguageProcessingError(.empty, "`inputs` cannot be empty", field: "inputs")
        }
        guard inputs.count <= limits.clientBatchSize else {
            throw LanguageProcessingError(
                .invalid, "batch size \(inputs.count) > maximum allowed batch size \(limits.clientBatchSize)",
                field: "inputs")
        }
        if let dimensions = request.dimensions {
            guard dimensions > 0 else {
                throw LanguageProcessingError(.invalid, "`dimensions` must be positive", field: "dimensions")
            }
            guard dimensions <= directory.settings.dimension else {
                throw LanguageProcessingError(
                    .invalid, "`dimensions` should be at most \(directory.settings.dimension)", field: "dimensions")
            }
        }
        let start = ContinuousClock.now
        var characters = 0
        let encodings = try inputs.enumerated().map { index, input in
            let field = inputs.count == 1 ? "inputs" : "inputs[\(index)]"
            return try encode(input, request, directory, field: field, characters: &characters)
        }
        let tokenized = ContinuousClock.now
        var vectors = try await embedder.embed(encodings, with: directory)
        if let dimensions = request.dimensions { vectors = vectors.map { Array($0.prefix(dimensions)) } }
        if request.normalize ?? true { vectors = vectors.map { $0.normalized() } }
        return Answer(
            vectors: vectors, characters: characters, tokens: encodings.reduce(0) { $0 + $1.count },
            tokenization: start.duration(to: tokenized), inference: tokenized.duration(to: .now))
    }

    /// Normalised vectors of texts that the service itself wrote or was given to analyse.
    func embed(_ texts: [String]) async throws -> [[Float]] {
        let directory = try model.directory()
        let encodings = texts.map {
            directory.tokenizer.encode($0, limit: directory.settings.maxSequenceLength, plainSpecialTokens: true)
        }
        return try await embedder.embed(encodings, with: directory).map { $0.normalized() }
    }

    private func encode(
        _ input: EmbedInput, _ request: EmbedRequest, _ directory: ModelDirectory, field: String,
        characters: inout Int
    ) throws -> Encoding {
        let truncate = request.truncate ?? limits.autoTruncate
        let maximum = directory.settings.maxSequenceLength
        let direction: Tokenizer.TruncationDirection = request.truncationDirection == .left ? .left : .right
        let encoding: Encoding
        switch input {
        case .text(let text):
            encoding = try encode(
                text, prompt: try prompt(request.promptName, directory), directory, truncate: truncate,
                direction: direction, field: field, characters: &characters)
        case .ids(let ids):
            encoding = try encode(ids, directory, truncate: truncate, direction: direction, field: field)
        }
        guard encoding.count <= maximum else {
            throw LanguageProcessingError(
                .invalid, "`inputs` must have less than \(maximum) tokens. Given: \(encoding.count)", field: field)
        }
        return encoding
    }

    private func encode(
        _ text: String, prompt: String?, _ directory: ModelDirectory, truncate: Bool,
        direction: Tokenizer.TruncationDirection, field: String, characters: inout Int
    ) throws -> Encoding {
        guard !text.isEmpty else {
            throw LanguageProcessingError(.empty, "`inputs` cannot be empty", field: field)
        }
        let maximum = directory.settings.maxSequenceLength
        let longest = maximum * Self.charactersPerToken
        let count = text.unicodeScalars.count
        characters += count
        var text = text
        if count > longest {
            guard truncate else {
                throw LanguageProcessingError(
                    .invalid, "`inputs` must have less than \(longest) characters. Given: \(count)", field: field)
            }
            let scalars = text.unicodeScalars
            text = direction == .right ? String(scalars.prefix(longest)) : String(scalars.suffix(longest))
        }
        return directory.tokenizer.encode(
            (prompt ?? "") + text, limit: truncate ? maximum : nil, direction: direction,
            plainSpecialTokens: limits.plainSpecialTokens)
    }

    private func encode(
        _ ids: [Int32], _ directory: ModelDirectory, truncate: Bool, direction: Tokenizer.TruncationDirection,
        field: String
    ) throws -> Encoding {
        guard !ids.isEmpty else {
            throw LanguageProcessingError(.empty, "`inputs` cannot be empty", field: field)
        }
        let tokenizer = directory.tokenizer
        if let wrong = ids.first(where: { !(0..<tokenizer.vocabulary.count).contains(Int($0)) }) {
            throw LanguageProcessingError(
                .invalid, "`inputs` has the token id \(wrong), allowed are 0 to \(tokenizer.vocabulary.count - 1)",
                field: field)
        }
        let room = directory.settings.maxSequenceLength - tokenizer.addedCount
        let kept = truncate ? (direction == .right ? ids.prefix(room) : ids.suffix(room)) : ids[...]
        var encoding = Encoding()
        for id in tokenizer.prefix { encoding.appendSpecial(id) }
        for id in kept { encoding.append(id, 0, 0) }
        for id in tokenizer.suffix { encoding.appendSpecial(id) }
        return encoding
    }

    private func prompt(_ name: String?, _ directory: ModelDirectory) throws -> String? {
        guard let name else { return nil }
        guard let prompt = directory.prompts[name] else {
            let known = directory.prompts.keys.sorted().joined(separator: ", ")
            throw LanguageProcessingError(
                .invalid,
                "`prompt_name` is \"\(name)\"; the model's prompts are: \(known.isEmpty ? "none" : known)",
                field: "prompt_name")
        }
        return prompt
    }
}
