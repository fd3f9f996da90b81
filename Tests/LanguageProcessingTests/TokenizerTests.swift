import FoundationEssentials
import LanguageProcessing
import Testing

@Suite struct TokenizerTests {
    /// Ids: [CLS] 101, [SEP] 102, hello 7592, world 2088.
    private let tokenizer: Tokenizer

    init() throws { tokenizer = try Fixture.tokenizer("bert-base-uncased") }

    @Test func theTemplateSurroundsTheText() {
        let encoding = tokenizer.encode("Hello, world")
        #expect(encoding.ids == [101, 7592, 1010, 2088, 102])
        #expect(encoding.special == [true, false, false, false, true])
        #expect(encoding.starts == [0, 0, 5, 7, 0])
        #expect(encoding.ends == [0, 5, 6, 12, 0])
        #expect(!encoding.truncated)
    }

    @Test(arguments: [
        (3, Tokenizer.TruncationDirection.right, [Int32(101), 7592, 102]),
        (3, .left, [101, 2088, 102]),
        (4, .left, [101, 1010, 2088, 102]),
        (5, .left, [101, 7592, 1010, 2088, 102]),
        (2, .right, [101, 102]),
    ])
    func truncationKeepsTheTemplateWhole(
        limit: Int, direction: Tokenizer.TruncationDirection, ids: [Int32]
    ) {
        let encoding = tokenizer.encode("Hello, world", limit: limit, direction: direction)
        #expect(encoding.ids == ids)
        #expect(encoding.truncated == (limit < 5))
    }

    @Test func aSpecialTokenInTheTextCanBePlainText() {
        #expect(tokenizer.encode("a [SEP]", addSpecialTokens: false).ids == [1037, 102])
        let plain = tokenizer.encode("a [SEP]", addSpecialTokens: false, plainSpecialTokens: true)
        #expect(plain.ids == [1037, 1031, 19802, 1033])
    }

    @Test func aHugeWordIsOneUnknownToken() {
        let encoding = tokenizer.encode(String(repeating: "x", count: 3_000_000), addSpecialTokens: false)
        #expect(encoding.ids == [100])
        #expect(encoding.ends == [3_000_000])
    }

    @Test func emptyAndNULTextHaveNoTokens() {
        #expect(tokenizer.encode("", addSpecialTokens: false).ids.isEmpty)
        #expect(tokenizer.encode("\0\u{200B} \u{FFFD}", addSpecialTokens: false).ids.isEmpty)
    }

    @Test func thousandsOfMarksOnOneLetterEnd() {
        let text = "a" + String(repeating: "\u{302E}\u{323}", count: 20_000)
        #expect(tokenizer.encode(text, addSpecialTokens: false).count == 1)
    }

    @Test(arguments: [
        ("{", "byte 1"),
        ("", "expected {"),
        (#"{"model":{}}"#, "model.vocab is missing"),
        (#"{"model":{"vocab":{"a":-1}}}"#, "not a whole number"),
        (#"{"model":{"vocab":{"a":99999999999}}}"#, "too large"),
        (#"{"model":{"vocab":{"\ud800":0}}}"#, "lone surrogate"),
        (#"{"model":{"vocab":{"[UNK]":0}},"normalizer":{"type":"NFKC"}}"#, "normalizer of type NFKC"),
        (
            #"{"model":{"vocab":{"[UNK]":0},"type":"BPE"},"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"}}"#,
            "model of type BPE"
        ),
        (
            #"{"model":{"vocab":{"a":0}},"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"}}"#,
            "[UNK] is not in model.vocab"
        ),
        (
            #"{"added_tokens":[{"id":0,"content":"x","normalized":true}],"model":{"vocab":{"[UNK]":0}},"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"}}"#,
            "normalized"
        ),
        (String(repeating: "[", count: 100_000), "expected {"),
        (#"{"x":"# + String(repeating: "[", count: 100_000), "nested deeper"),
    ])
    func aFileThatCannotBeHonouredIsRefusedByName(file: String, message: String) {
        let error = #expect(throws: LanguageProcessingError.self) { try Tokenizer(json: Array(file.utf8)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func piecesThatDifferOnlyInNormalisationStayApart() throws {
        // é composed and decomposed: Swift strings call them equal.
        let text = "[UNK]\n[CLS]\n[SEP]\n\u{E9}\ne\u{301}\n"
        let tokenizer = try Tokenizer(vocabulary: Array(text.utf8), lowercase: false)
        #expect(tokenizer.encode("\u{E9} e\u{301}", addSpecialTokens: false).ids == [3, 4])
    }
}
