import ModelImport
import Testing

@Suite struct HostileSafetensorsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        /// Part of the message.
        let fault: String
    }

    private static func header(_ text: String, buffer: Int = 8) -> [UInt8] {
        SafetensorsFile.bytes(header: text, buffer: [UInt8](repeating: 0, count: buffer))
    }

    static let cases = [
        Case(testDescription: "empty", bytes: [], fault: "too short"),
        Case(testDescription: "seven bytes", bytes: [1, 0, 0, 0, 0, 0, 0], fault: "too short"),
        Case(
            testDescription: "header of 2^64 - 1 bytes", bytes: SafetensorsFile.bytes(header: "{}", length: .max),
            fault: "declares a header of 18446744073709551615 bytes"),
        Case(
            testDescription: "header of 2^63 bytes", bytes: SafetensorsFile.bytes(header: "{}", length: 1 << 63),
            fault: "declares a header"),
        Case(
            testDescription: "header past the end", bytes: SafetensorsFile.bytes(header: "{}", length: 3),
            fault: "declares a header of 3 bytes"),
        Case(
            testDescription: "header of no bytes", bytes: SafetensorsFile.bytes(header: ""), fault: "declares a header"),
        Case(testDescription: "array", bytes: header("[]"), fault: "not a JSON object"),
        Case(testDescription: "half an object", bytes: header("{\"a\":"), fault: "invalid header"),
        Case(testDescription: "no UTF-8", bytes: SafetensorsFile.bytes(header: "{\"") + [0xFF, 0xFE], fault: "header"),
        Case(
            testDescription: "deep", bytes: header("{\"a\":" + String(repeating: "[", count: 100_000)),
            fault: "invalid header"),
        Case(testDescription: "tensor that is a number", bytes: header(#"{"a":1}"#), fault: "invalid header"),
        Case(
            testDescription: "unknown type", bytes: header(#"{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}"#),
            fault: "invalid header"),
        Case(
            testDescription: "offsets backwards",
            bytes: header(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#), fault: "data_offsets"),
        Case(
            testDescription: "offset below zero",
            bytes: header(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#), fault: "data_offsets"),
        Case(
            testDescription: "offset past the end",
            bytes: header(#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#), fault: "data_offsets"),
        Case(
            testDescription: "three offsets",
            bytes: header(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#), fault: "data_offsets"),
        Case(
            testDescription: "offset beyond 64 bits",
            bytes: header(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#),
            fault: "invalid header"),
        Case(
            testDescription: "shape and bytes differ",
            bytes: header(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#), fault: "needs another number"),
        Case(
            testDescription: "negative dimension",
            bytes: header(#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#), fault: "has shape"),
        Case(
            testDescription: "product beyond 64 bits",
            bytes: header(#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#),
            fault: "more elements than can be counted"),
        Case(
            testDescription: "bytes beyond 64 bits",
            bytes: header(#"{"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}"#),
            fault: "needs another number"),
        Case(
            testDescription: "nine dimensions",
            bytes: header(#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#),
            fault: "at most 8 dimensions"),
        Case(
            testDescription: "overlap",
            bytes: header(
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
            ), fault: "overlaps"),
        Case(
            testDescription: "hole", bytes: header(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#),
            fault: "hole"),
        Case(
            testDescription: "rest", bytes: header(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#),
            fault: "4 bytes after its last tensor"),
        Case(
            testDescription: "repeated name",
            bytes: header(
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
            ), fault: "after its last tensor"),
        Case(testDescription: "no tensor of the model", bytes: header("{}", buffer: 0), fault: "is missing"),
    ]

    @Test(arguments: cases)
    func aFaultyFileIsRefused(_ given: Case) async throws {
        let tiny = try TinyBERT()
        try tiny.folder.write(given.bytes, to: "model.safetensors")
        let error = try #require(try await tiny.failure())
        #expect(error.code == .sourceInvalid)
        #expect(error.file == "\(tiny.folder.path)/model.safetensors")
        #expect(error.description.contains(given.fault), "\(error)")
    }

    /// Cuts at the end fail by coverage, cuts in the header by its length.
    @Test func aFileCutAnywhereIsRefused() async throws {
        let tiny = try TinyBERT()
        let whole = try tiny.folder.read("model.safetensors")
        for count in [0, 4, 8, 9, 500, 5000, whole.count / 2, whole.count - 1] {
            try tiny.folder.write(Array(whole.prefix(count)), to: "model.safetensors")
            #expect(try await tiny.failure()?.code == .sourceInvalid, "\(count) bytes")
        }
    }

    /// Whatever a bit flip in the header does, it is an import or an error of ours, never a crash.
    @Test func flippedBitsInTheHeaderNeverCrash() async throws {
        let tiny = try TinyBERT()
        let whole = try tiny.folder.read("model.safetensors")
        var random = SplitMix(seed: 20)
        for _ in 0..<150 {
            var bytes = whole
            let position = Int.random(in: 0..<4000, using: &random)
            bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try tiny.folder.write(bytes, to: "model.safetensors")
            do {
                _ = try await tiny.importer(replacing: true).run()
            } catch is ModelImportError {}
        }
    }

    @Test func aWeightOfIntegersIsUnsupported() async throws {
        let tiny = try TinyBERT()
        var file = try SafetensorsFile.parse(tiny.folder.read("model.safetensors"))
        let index = try #require(file.tensors.firstIndex { $0.name == "encoder.layer.1.output.dense.bias" })
        file.tensors[index].type = "I32"
        try tiny.folder.write(file.bytes, to: "model.safetensors")
        let error = try #require(try await tiny.failure())
        #expect(error.code == .unsupported)
        #expect(error.key == "encoder.layer.1.output.dense.bias")
    }
}

/// Steele, Lea, Flood 2014: a generator with a seed that can be printed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
