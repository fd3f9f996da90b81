import FoundationEssentials

extension Tokenizer {
    /// Largest tokenizer.json or vocab.txt read: 119,547 pieces take 3 MB.
    package static let maximumFileSize = 64 << 20

    /// Reads the tokenizer.json ("1.0") of a BERT-family model.
    ///
    /// - Throws: `LanguageProcessingError` naming the key that this tokenizer cannot honour, rather than give other ids.
    package init(json bytes: [UInt8]) throws {
        let (pieces, rest) = try VocabularyScanner.extract(from: bytes)
        let file: TokenizerFile
        do {
            file = try JSONDecoder().decode(TokenizerFile.self, from: Data(rest))
        } catch {
            throw LanguageProcessingError(.tokenizerFile, "not the form of a tokenizer.json: \(error)", cause: error)
        }
        let vocabulary = try Vocabulary(pieces: pieces, continuingPrefix: file.model.continuingPrefix ?? "##")
        let (prefix, suffix) = try file.template(vocabulary)
        try self.init(
            vocabulary: vocabulary,
            options: file.options(),
            addedTokens: AddedTokens(file.added()),
            prefix: prefix,
            suffix: suffix,
            unknown: file.unknown(vocabulary),
            maximumWord: file.maximumWord()
        )
    }

    /// Makes the original BERT tokenizer of a vocab.txt: one piece a line, the line's number is the id.
    package init(vocabulary text: [UInt8], lowercase: Bool) throws {
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let pieces = lines.enumerated().map { (piece: $1.last == 0x0D ? $1.dropLast() : $1, id: $0) }
        let vocabulary = try Vocabulary(pieces: pieces, continuingPrefix: "##")
        func id(_ piece: String) throws -> Int32 {
            guard let id = vocabulary.id(of: piece) else {
                throw LanguageProcessingError(.tokenizerFile, "vocab.txt has no \(piece)")
            }
            return id
        }
        let names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        try self.init(
            vocabulary: vocabulary,
            options: BertNormalizerOptions(lowercase: lowercase),
            addedTokens: AddedTokens(
                names.compactMap { name in
                    vocabulary.id(of: name).map { AddedTokens.Token(id: $0, content: name) }
                }),
            prefix: [id("[CLS]")],
            suffix: [id("[SEP]")],
            unknown: id("[UNK]"),
            maximumWord: 100
        )
    }
}

/// The keys of tokenizer.json that decide the ids of a BERT model; `model.vocab` is read by `VocabularyScanner`.
private struct TokenizerFile: Decodable {
    var normalizer: Normalizer?
    var preTokenizer: Typed?
    var model: Model
    var postProcessor: PostProcessor?
    var addedTokens: [Added]?

    enum CodingKeys: String, CodingKey {
        case normalizer, model
        case preTokenizer = "pre_tokenizer"
        case postProcessor = "post_processor"
        case addedTokens = "added_tokens"
    }

    struct Typed: Decodable { var type: String }

    struct Normalizer: Decodable {
        var type: String
        var cleanText: Bool?
        var handleChineseCharacters: Bool?
        var stripAccents: Bool?
        var lowercase: Bool?

        enum CodingKeys: String, CodingKey {
            case type, lowercase
            case cleanText = "clean_text"
            case handleChineseCharacters = "handle_chinese_chars"
            case stripAccents = "strip_accents"
        }
    }

    struct Model: Decodable {
        var type: String?
        var unknown: String?
        var continuingPrefix: String?
        var maximumWord: Int?

        enum CodingKeys: String, CodingKey {
            case type
            case unknown = "unk_token"
            case continuingPrefix = "continuing_subword_prefix"
            case maximumWord = "max_input_chars_per_word"
        }
    }

    struct Added: Decodable {
        var id: Int32
        var content: String
        var singleWord: Bool?
        var lstrip: Bool?
        var rstrip: Bool?
        var normalized: Bool?
        var special: Bool?

        enum CodingKeys: String, CodingKey {
            case id, content, lstrip, rstrip, normalized, special
            case singleWord = "single_word"
        }
    }

    struct PostProcessor: Decodable {
        var type: String
        var single: [Item]?
        var specialTokens: [String: Ids]?
        var cls: Named?
        var sep: Named?

        enum CodingKeys: String, CodingKey {
            case type, single, cls, sep
            case specialTokens = "special_tokens"
        }

        struct Ids: Decodable { var ids: [Int32] }

        struct Item: Decodable {
            var special: Reference?
            var sequence: Reference?

            enum CodingKeys: String, CodingKey {
                case special = "SpecialToken"
                case sequence = "Sequence"
            }
        }

        struct Reference: Decodable { var id: String }

        /// `["[CLS]", 101]`.
        struct Named: Decodable {
            var id: Int32

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                _ = try pair.decode(String.self)
                id = try pair.decode(Int32.self)
            }
        }
    }

    func options() throws -> BertNormalizerOptions {
        guard let normalizer, normalizer.type == "BertNormalizer" else {
            throw unsupported("normalizer", normalizer?.type, "BertNormalizer")
        }
        guard preTokenizer?.type == "BertPreTokenizer" else {
            throw unsupported("pre_tokenizer", preTokenizer?.type, "BertPreTokenizer")
        }
        guard model.type ?? "WordPiece" == "WordPiece" else { throw unsupported("model", model.type, "WordPiece") }
        return BertNormalizerOptions(
            cleanText: normalizer.cleanText ?? true,
            handleChineseCharacters: normalizer.handleChineseCharacters ?? true,
            stripAccents: normalizer.stripAccents,
            lowercase: normalizer.lowercase ?? true
        )
    }

    func added() throws -> [AddedTokens.Token] {
        try (addedTokens ?? []).map { token in
            if token.normalized == true {
                throw LanguageProcessingError(
                    .tokenizerFile, "added_tokens: \(token.content) has \"normalized\": true, which is not supported")
            }
            return AddedTokens.Token(
                id: token.id, content: token.content, singleWord: token.singleWord ?? false,
                stripsLeft: token.lstrip ?? false, stripsRight: token.rstrip ?? false, special: token.special ?? false)
        }
    }

    func unknown(_ vocabulary: Vocabulary) throws -> Int32 {
        let piece = model.unknown ?? "[UNK]"
        guard let id = vocabulary.id(of: piece) else {
            throw LanguageProcessingError(.tokenizerFile, "model.unk_token \(piece) is not in model.vocab")
        }
        return id
    }

    func maximumWord() throws -> Int {
        let count = model.maximumWord ?? 100
        guard (1...10_000).contains(count) else {
            throw LanguageProcessingError(
                .tokenizerFile, "model.max_input_chars_per_word is \(count), allowed are 1...10000")
        }
        return count
    }

    func template(_ vocabulary: Vocabulary) throws -> (prefix: [Int32], suffix: [Int32]) {
        switch postProcessor?.type {
        case nil:
            return ([], [])
        case "BertProcessing":
            guard let cls = postProcessor?.cls, let sep = postProcessor?.sep else {
                throw LanguageProcessingError(.tokenizerFile, "post_processor: cls or sep is missing")
            }
            return ([cls.id], [sep.id])
        case "TemplateProcessing":
            var prefix: [Int32] = []
            var suffix: [Int32] = []
            var seen = false
            for item in postProcessor?.single ?? [] {
                if item.sequence != nil {
                    seen = true
                } else if let name = item.special?.id {
                    guard let ids = postProcessor?.specialTokens?[name]?.ids else {
                        throw LanguageProcessingError(
                            .tokenizerFile, "post_processor.special_tokens: \(name) is missing")
                    }
                    if seen { suffix += ids } else { prefix += ids }
                }
            }
            return (prefix, suffix)
        case let other:
            throw unsupported("post_processor", other, "BertProcessing and TemplateProcessing")
        }
    }

    private func unsupported(_ key: String, _ type: String?, _ supported: String) -> LanguageProcessingError {
        LanguageProcessingError(
            .tokenizerFile, "\(key) of type \(type ?? "null") is not supported; supported: \(supported)")
    }
}
