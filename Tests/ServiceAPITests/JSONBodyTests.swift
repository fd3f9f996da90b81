import NIOCore
import ServiceAPI
import Testing

@Suite struct JSONBodyTests {
    private struct Sample: Codable, Equatable {
        struct Item: Codable, Equatable {
            var name: String
            var size: Int?
        }

        var items: [Item]
        var share: Double?
    }

    private func failure(_ json: String) -> APIError? {
        do {
            _ = try JSONBody.decode(Sample.self, from: ByteBuffer(string: json))
            return nil
        } catch {
            return error as? APIError
        }
    }

    @Test(arguments: [
        (#"{}"#, "items", "items is missing"),
        (#"{"items":[{"name":"a"},{}]}"#, "items[1].name", "items[1].name is missing"),
        (#"{"items":[{"name":1}]}"#, "items[0].name", "items[0].name must be a string"),
        (#"{"items":{"name":"a"}}"#, "items", "items must be an array"),
        (#"{"items":null}"#, "items", "items must not be null"),
        (#"{"items":[],"share":"x"}"#, "share", "share must be a number"),
    ])
    func jsonThatDoesNotFitIs422AndNamesTheField(json: String, field: String, message: String) throws {
        let error = try #require(failure(json))
        #expect(error.status == 422)
        #expect(error.field == field)
        #expect(error.message == message)
    }

    @Test(arguments: ["1.5", "99999999999999999999"])
    func aNumberThatDoesNotFitIs422AndSaysWhich(number: String) throws {
        let error = try #require(failure(#"{"items":[{"name":"a","size":\#(number)}]}"#))
        #expect(error.status == 422)
        // Which number it is only FoundationEssentials tells; a test bundle links all of Foundation.
        #expect(
            [number, "a number"].contains {
                error.message == "\($0) is not a number of the kind that is expected there"
            })
    }

    @Test(arguments: [
        "", " ", "{", "[1,", "nonsense", #"{"items":[]}x"#, #"{"items":[{"name":"\ud800"}]}"#,
        "{\"items\":[{\"name\":\"a\nb\"}]}", #"{"items":[{"name":"\x"}]}"#, "{\u{0}}", "\u{0}{\u{0}\"\u{0}",
    ])
    func whatIsNotJSONIs400(json: String) throws {
        let error = try #require(failure(json))
        #expect(error.status == 400, "\(error)")
    }

    @Test func bytesThatAreNotUTF8Are400() {
        #expect(throws: APIError.self) {
            try JSONBody.decode([String].self, from: ByteBuffer(bytes: [0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]))
        }
    }

    @Test func deepNestingIsRefusedBeforeItIsDecoded() throws {
        // As deep as a megabyte of brackets goes; a recursive decoder would overflow its stack.
        for open in ["[", "{\"a\":"] {
            let deep = String(repeating: open, count: 1_000_000 / open.count)
            let error = try #require(failure(deep))
            #expect(error.status == 400)
            #expect(error.message.contains("100 levels"))
        }
        let brackets = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(failure(brackets)?.status == 422)
        // Brackets inside strings do not nest.
        let text = String(repeating: "[{\\\"", count: 1000)
        #expect(failure(#"{"items":[{"name":"\#(text)"}]}"#) == nil)
    }

    @Test func anEscapedNULIsText() throws {
        let sample = try JSONBody.decode(Sample.self, from: ByteBuffer(string: #"{"items":[{"name":"a\u0000b"}]}"#))
        #expect(sample.items[0].name == "a\u{0}b")
    }

    @Test func whatWasEncodedIsDecoded() throws {
        let sample = Sample(items: [.init(name: "ü/€ \u{1F600} \"\\\n", size: -3)], share: 0.1)
        #expect(try JSONBody.decode(Sample.self, from: try JSONBody.encode(sample)) == sample)
    }
}
