import FoundationEssentials
import Glibc
import ModelImport
import Testing

/// A source is a stranger's: each fault is told by file and key, and leaves nothing in the repository.
@Suite struct HostileSourceTests {
    @Test(arguments: [
        (#""hidden_size": 32"#, #""hidden_size": 0"#, "hidden_size"),
        (#""hidden_size": 32"#, #""hidden_size": 1e300"#, "hidden_size"),
        (#""hidden_size": 32"#, #""hidden_size": "32""#, "hidden_size"),
        (#""hidden_size": 32"#, #""hidden_size": 32.5"#, "hidden_size"),
        (#""hidden_size": 32"#, #""hidden_size": null"#, "hidden_size"),
        (#""num_attention_heads": 4"#, #""num_attention_heads": 5"#, "num_attention_heads"),
        (#""num_hidden_layers": 2"#, #""num_hidden_layers": 1000000000"#, "num_hidden_layers"),
        (#""vocab_size": 96"#, #""vocab_size": -1"#, "vocab_size"),
        (#""layer_norm_eps": 1e-06"#, #""layer_norm_eps": -1"#, "layer_norm_eps"),
        (#""hidden_act": "gelu""#, #""hidden_act": "swish""#, "hidden_act"),
        (#""model_type": "bert""#, #""model_type": "gpt2""#, "model_type"),
        (#""is_decoder": false"#, #""is_decoder": true"#, "is_decoder"),
        (#""use_cache": true"#, #""position_embedding_type": "relative_key""#, "position_embedding_type"),
    ])
    func configurationFaultsNameTheirKey(old: String, new: String, key: String) async throws {
        let tiny = try TinyBERT()
        try tiny.edit("config.json", old, new)
        let error = try #require(try await tiny.failure())
        #expect(error.key == key)
        #expect(error.file == "\(tiny.folder.path)/config.json")
    }

    @Test(arguments: [
        "", "{", "[]", "null", "\u{0}", "{\"model_type\": \"bert\"",
        String(repeating: "[", count: 100_000), "{\"a\":" + String(repeating: "{\"a\":", count: 20_000),
    ])
    func configurationThatIsNoObjectIsRefused(text: String) async throws {
        let tiny = try TinyBERT()
        try tiny.folder.write(text, to: "config.json")
        let error = try #require(try await tiny.failure())
        #expect(error.code == .sourceInvalid)
        #expect(error.file == "\(tiny.folder.path)/config.json")
    }

    @Test func aConfigurationThatAsksForOtherShapesNamesTheTensor() async throws {
        let tiny = try TinyBERT()
        try tiny.edit("config.json", #""intermediate_size": 64"#, #""intermediate_size": 65"#)
        let error = try #require(try await tiny.failure())
        #expect(error.key == "encoder.layer.0.intermediate.dense.weight")
        #expect(error.message.contains("[64, 32]") && error.message.contains("[65, 32]"))
    }

    @Test func aModelWithAnotherHeadIsNotTakenForAnEncoder() async throws {
        let tiny = try TinyBERT()
        try FileManager.default.removeItem(atPath: "\(tiny.folder.path)/modules.json")
        try tiny.edit("config.json", "BertModel", "BertForMaskedLM")
        #expect(try await tiny.failure()?.key == "architectures")
    }

    @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
    func aMissingFileIsNamed(file: String) async throws {
        let tiny = try TinyBERT()
        try FileManager.default.removeItem(atPath: "\(tiny.folder.path)/\(file)")
        let error = try #require(try await tiny.failure())
        #expect(error.code == .sourceUnreadable)
        #expect(error.file == "\(tiny.folder.path)/\(file)")
    }

    @Test func aPickleIsNotRead() async throws {
        let tiny = try TinyBERT()
        try FileManager.default.moveItem(
            atPath: "\(tiny.folder.path)/model.safetensors", toPath: "\(tiny.folder.path)/pytorch_model.bin")
        #expect(try await tiny.failure()?.code == .unsupported)
    }

    @Test(arguments: [
        ("../1_Pooling", "path"), ("/etc", "path"), ("..", "path"), ("", "path"), ("a\u{0}b", "path"),
    ])
    func aPoolingFolderOutsideTheSourceIsRefused(path: String, key: String) async throws {
        let tiny = try TinyBERT()
        let encoded = path == "a\u{0}b" ? "a\\u0000b" : path
        try tiny.edit("modules.json", #""1_Pooling""#, #""\#(encoded)""#)
        #expect(try await tiny.failure()?.key == key)
    }

    @Test func aModuleNobodyAppliesIsRefused() async throws {
        let tiny = try TinyBERT()
        try tiny.edit("modules.json", "models.Normalize", "models.Dense")
        let error = try #require(try await tiny.failure())
        #expect(error.code == .unsupported)
        #expect(error.message.contains("Dense"))
    }

    @Test(arguments: [
        (#""pooling_mode_cls_token": false"#, #""pooling_mode_cls_token": true"#),
        (#""pooling_mode_mean_tokens": true"#, #""pooling_mode_mean_tokens": false"#),
        (#""pooling_mode_mean_tokens": true"#, #""pooling_mode": "splade""#),
    ])
    func poolingMustBeExactlyOneKnownMode(old: String, new: String) async throws {
        let tiny = try TinyBERT()
        try tiny.edit("1_Pooling/config.json", old, new)
        #expect(try await tiny.failure()?.key == "pooling_mode")
    }

    @Test func aSequenceLongerThanTheModelHasPositionsIsRefused() async throws {
        let tiny = try TinyBERT()
        try tiny.edit("sentence_bert_config.json", "16", "25")
        #expect(try await tiny.failure()?.key == "max_seq_length")
    }

    @Test func aPipeIsNoFile() async throws {
        let tiny = try TinyBERT()
        try FileManager.default.removeItem(atPath: "\(tiny.folder.path)/model.safetensors")
        #expect(mkfifo("\(tiny.folder.path)/model.safetensors", 0o600) == 0)
        #expect(try await tiny.failure()?.message == "is not a regular file")
    }
}
