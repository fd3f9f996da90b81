/// Body of `POST /embed` in the form of Hugging Face's text-embeddings-inference.
package struct EmbedRequest: Codable, Sendable, Equatable {
    package var inputs: EmbedInputs
    /// Cut inputs longer than the model's limit; the server decides when nil.
    package var truncate: Bool?
    package var truncationDirection: TruncationDirection?
    package var promptName: String?
    /// Scale each vector to Euclidean length 1; true when nil.
    package var normalize: Bool?
    /// Keep only the first so many components (before scaling).
    package var dimensions: Int?

    package enum TruncationDirection: String, Codable, Sendable {
        case left = "Left"
        case right = "Right"
    }

    package init(
        inputs: EmbedInputs, truncate: Bool? = nil, truncationDirection: TruncationDirection? = nil,
        promptName: String? = nil, normalize: Bool? = nil, dimensions: Int? = nil
    ) {
        self.inputs = inputs
        self.truncate = truncate
        self.truncationDirection = truncationDirection
        self.promptName = promptName
        self.normalize = normalize
        self.dimensions = dimensions
    }

    package init(inputs: [String], normalize: Bool? = nil, truncate: Bool? = nil) {
        self.init(inputs: .batch(inputs.map(EmbedInput.text)), truncate: truncate, normalize: normalize)
    }

    enum CodingKeys: String, CodingKey {
        case inputs, truncate, normalize, dimensions
        case truncationDirection = "truncation_direction"
        case promptName = "prompt_name"
    }
}

/// One input: text, or token ids without the template's tokens.
package enum EmbedInput: Codable, Sendable, Equatable {
    case text(String)
    case ids([Int32])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .ids(try container.decode([Int32].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .ids(let ids): try container.encode(ids)
        }
    }
}

/// `"text"`, `["text"]`, `[ids]` or `[[ids]]`: one input, or several.
package enum EmbedInputs: Codable, Sendable, Equatable {
    case single(EmbedInput)
    case batch([EmbedInput])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = .single(.text(try container.decode(String.self)))
            return
        } catch DecodingError.dataCorrupted(let context) {
            // A string, but not one: a lone surrogate.
            throw DecodingError.dataCorrupted(context)
        } catch {}
        if let texts = try? container.decode([String].self) {
            self = .batch(texts.map(EmbedInput.text))
        } else if let ids = try? container.decode([Int32].self) {
            self = .single(.ids(ids))
        } else if let inputs = try? container.decode([EmbedInput].self) {
            self = .batch(inputs)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a string, an array of strings, or arrays of token ids")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .single(let input): try container.encode(input)
        case .batch(let inputs): try container.encode(inputs)
        }
    }

    package var all: [EmbedInput] {
        switch self {
        case .single(let input): [input]
        case .batch(let inputs): inputs
        }
    }
}

/// Answer of `GET /info`.
package struct EmbeddingInfo: Codable, Sendable {
    package struct ModelType: Codable, Sendable {
        package struct Embedding: Codable, Sendable {
            package var pooling: String

            package init(pooling: String) { self.pooling = pooling }
        }

        package var embedding: Embedding

        package init(pooling: String) { embedding = Embedding(pooling: pooling) }
    }

    package var modelID: String
    package var modelSHA: String?
    package var modelDtype: String
    package var servedModelName: String
    package var modelType: ModelType
    package var maxConcurrentRequests: Int
    package var maxInputLength: Int
    package var maxBatchTokens: Int
    package var maxBatchRequests: Int?
    package var maxClientBatchSize: Int
    package var autoTruncate: Bool
    package var tokenizationWorkers: Int
    package var version: String
    package var sha: String?
    package var dockerLabel: String?

    package init(
        modelID: String, modelSHA: String? = nil, modelDtype: String, servedModelName: String, modelType: ModelType,
        maxConcurrentRequests: Int, maxInputLength: Int, maxBatchTokens: Int, maxBatchRequests: Int? = nil,
        maxClientBatchSize: Int, autoTruncate: Bool, tokenizationWorkers: Int, version: String
    ) {
        self.modelID = modelID
        self.modelSHA = modelSHA
        self.modelDtype = modelDtype
        self.servedModelName = servedModelName
        self.modelType = modelType
        self.maxConcurrentRequests = maxConcurrentRequests
        self.maxInputLength = maxInputLength
        self.maxBatchTokens = maxBatchTokens
        self.maxBatchRequests = maxBatchRequests
        self.maxClientBatchSize = maxClientBatchSize
        self.autoTruncate = autoTruncate
        self.tokenizationWorkers = tokenizationWorkers
        self.version = version
    }

    enum CodingKeys: String, CodingKey {
        case version, sha
        case modelID = "model_id"
        case modelSHA = "model_sha"
        case modelDtype = "model_dtype"
        case servedModelName = "served_model_name"
        case modelType = "model_type"
        case maxConcurrentRequests = "max_concurrent_requests"
        case maxInputLength = "max_input_length"
        case maxBatchTokens = "max_batch_tokens"
        case maxBatchRequests = "max_batch_requests"
        case maxClientBatchSize = "max_client_batch_size"
        case autoTruncate = "auto_truncate"
        case tokenizationWorkers = "tokenization_workers"
        case dockerLabel = "docker_label"
    }
}

/// Error form of text-embeddings-inference.
package struct EmbeddingError: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case unhealthy = "Unhealthy"
        case backend = "Backend"
        case overloaded = "Overloaded"
        case validation = "Validation"
        case tokenizer = "Tokenizer"
        case empty = "Empty"
    }

    package var error: String
    package var errorType: Kind

    package init(error: String, errorType: Kind) {
        self.error = error
        self.errorType = errorType
    }

    enum CodingKeys: String, CodingKey {
        case error
        case errorType = "error_type"
    }
}

/// Body of `POST /tokenize`.
package struct TokenizeRequest: Codable, Sendable, Equatable {
    package enum Inputs: Codable, Sendable, Equatable {
        case single(String)
        case batch([String])

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .single(text)
            } else {
                self = .batch(try container.decode([String].self))
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .single(let text): try container.encode(text)
            case .batch(let texts): try container.encode(texts)
            }
        }

        package var all: [String] {
            switch self {
            case .single(let text): [text]
            case .batch(let texts): texts
            }
        }
    }

    package var inputs: Inputs
    package var addSpecialTokens: Bool?

    package init(inputs: Inputs, addSpecialTokens: Bool? = nil) {
        self.inputs = inputs
        self.addSpecialTokens = addSpecialTokens
    }

    enum CodingKeys: String, CodingKey {
        case inputs
        case addSpecialTokens = "add_special_tokens"
    }
}

/// One token of `POST /tokenize`.
package struct TokenizedPiece: Codable, Sendable, Equatable {
    package var id: Int32
    /// As it stands in the input; the token itself when it is special.
    package var text: String
    package var special: Bool
    /// `start..<stop` in UTF-8 bytes of the input; null for special tokens.
    package var start: Int?
    package var stop: Int?

    package init(id: Int32, text: String, special: Bool, start: Int? = nil, stop: Int? = nil) {
        self.id = id
        self.text = text
        self.special = special
        self.start = start
        self.stop = stop
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(text, forKey: .text)
        try container.encode(special, forKey: .special)
        try container.encode(start, forKey: .start)
        try container.encode(stop, forKey: .stop)
    }
}
