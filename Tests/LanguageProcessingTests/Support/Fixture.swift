import FoundationEssentials
import LanguageProcessing
import ServiceTesting

/// Files under `Fixtures`, unpacked by gzip.
enum Fixture {
    static func text(_ name: String) throws -> String {
        try Command.run("gzip", "-dc", Repository.fixture("LanguageProcessingTests", name + ".gz"))
    }

    /// Lines ended by LF alone: other line separators are data.
    static func lines(_ name: String) throws -> [String] {
        var lines = try text(name).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The texts that reference ids were made for.
    static func texts(_ set: String) throws -> [String] {
        switch set {
        case "tatoeba":
            return try lines("tatoeba.tsv").map { line in
                let bytes = Array(line.utf8)
                let tab = bytes.firstIndex(of: 0x09) ?? -1
                return String(decoding: bytes[(tab + 1)...], as: UTF8.self)
            }
        case "blns": return try JSONDecoder().decode([String].self, from: Data(try text("blns.json").utf8))
        default: return try lines(set + ".txt")
        }
    }

    static func tokenizer(_ model: String) throws -> Tokenizer {
        model == "bert-base-uncased"
            ? try Tokenizer(json: Array(try text(model + ".tokenizer.json").utf8))
            : try Tokenizer(vocabulary: Array(try text(model + ".vocab.txt").utf8), lowercase: false)
    }
}

/// A model folder in a temporary place: eight pieces, vectors of three components.
struct TinyModel {
    static let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", "world", "##s", "bill"]

    let path: String

    init(mode: String = "mean", maxSequenceLength: Int = 8, name: String = "tiny") throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nlp-\(UUID().uuidString)/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path()
        let vocabulary = Self.pieces.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
        let files = [
            "tokenizer.json": """
            {"version":"1.0","added_tokens":[{"id":3,"content":"[SEP]","single_word":false,"lstrip":false,"rstrip":false,
            "normalized":false,"special":true}],"normalizer":{"type":"BertNormalizer","clean_text":true,
            "handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
            {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"special_tokens":
            {"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
            "max_input_chars_per_word":100,"vocab":{\(vocabulary)}}}
            """,
            "pooling.json": """
            {"mode":"\(mode)","normalize":true,"dimension":3,"max_sequence_length":\(maxSequenceLength),"lowercase":false}
            """,
            "config.json": """
            {"name":"tiny","inputs":[{"name":"input_ids"},{"name":"attention_mask"},{"name":"token_type_ids"}],
            "outputs":[{"name":"last_hidden_state"}]}
            """,
            "config_sentence_transformers.json": #"{"prompts":{"query":"bill "}}"#,
        ]
        for (file, text) in files { try Data(text.utf8).write(to: folder.appending(path: file)) }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
