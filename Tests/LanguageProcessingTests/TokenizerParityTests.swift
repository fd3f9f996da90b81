import FoundationEssentials
import LanguageProcessing
import Testing

/// Equal to Hugging Face's `tokenizers` 0.23.3, which made the fixtures.
@Suite struct TokenizerParityTests {
    @Test(
        arguments: ["bert-base-uncased", "bert-base-cased", "bert-base-multilingual-cased"],
        ["tatoeba", "blns", "botchan-300"])
    func idsEqualThePeersOnEveryText(model: String, set: String) throws {
        let tokenizer = try Fixture.tokenizer(model)
        let texts = try Fixture.texts(set)
        let expected = try Fixture.lines("\(model).\(set).ids")
        #expect(texts.count == expected.count)
        for (number, (text, ids)) in zip(texts, expected).enumerated() {
            let found = tokenizer.encode(text, addSpecialTokens: false).ids.map(String.init).joined(separator: " ")
            #expect(found == ids, "\(model), \(set), entry \(number)")
        }
    }

    @Test(arguments: ["tatoeba", "blns"])
    func offsetsEqualThePeersInCodePoints(set: String) throws {
        let tokenizer = try Fixture.tokenizer("bert-base-uncased")
        for (text, offsets) in zip(try Fixture.texts(set), try Fixture.lines("bert-base-uncased.\(set).offsets")) {
            let encoding = tokenizer.encode(text, addSpecialTokens: false)
            let found = zip(encoding.starts, encoding.ends).map { "\($0):\($1)" }.joined(separator: " ")
            #expect(found == offsets)
        }
    }

    private struct Hostile: Decodable {
        var text: String
        var uncased: [Int32]
        var uncasedOffsets: [Int32]
        var cased: [Int32]
        var casedOffsets: [Int32]

        enum CodingKeys: String, CodingKey {
            case text, uncased, cased
            case uncasedOffsets = "uncased_offsets"
            case casedOffsets = "cased_offsets"
        }
    }

    @Test func awkwardUnicodeIsTreatedAsThePeerDoes() throws {
        let uncased = try Fixture.tokenizer("bert-base-uncased")
        let cased = try Fixture.tokenizer("bert-base-cased")
        let cases = try Fixture.lines("hostile.jsonl")
        #expect(cases.count > 700)
        for line in cases {
            let expected = try JSONDecoder().decode(Hostile.self, from: Data(line.utf8))
            for (tokenizer, ids, offsets) in [
                (uncased, expected.uncased, expected.uncasedOffsets), (cased, expected.cased, expected.casedOffsets),
            ] {
                let found = tokenizer.encode(expected.text, addSpecialTokens: false)
                #expect(found.ids == ids, "\(line.prefix(200))")
                #expect(zip(found.starts, found.ends).flatMap { [$0, $1] } == offsets, "\(line.prefix(200))")
            }
        }
    }
}
