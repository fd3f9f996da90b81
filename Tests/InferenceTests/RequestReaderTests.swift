import Inference
import NIOCore
import ServiceAPI
import Testing

@Suite struct RequestReaderTests {
    private func read(_ json: String, tail: [UInt8] = [], headerLength: String? = nil) throws -> InferenceRequest {
        try InferenceRequestReader.read(ByteBuffer(bytes: Array(json.utf8) + tail), headerLength: headerLength)
    }

    private func tensor(_ datatype: String, _ shape: String, _ data: String) throws -> Tensor {
        try read(#"{"inputs":[{"name":"x","datatype":"\#(datatype)","shape":\#(shape),"data":\#(data)}]}"#).inputs[0]
    }

    private func elements<Element: BitwiseCopyable>(_ tensor: Tensor, _ type: Element.Type) -> [Element] {
        tensor.data.withUnsafeReadableBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.stride).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Element.self)
            }
        }
    }

    @Test func integersAreExactAtTheirLimits() throws {
        let signed = try tensor("INT64", "[4]", "[9007199254740993, -9223372036854775808, 9223372036854775807, -0]")
        #expect(elements(signed, Int64.self) == [9_007_199_254_740_993, .min, .max, 0])
        let unsigned = try tensor("UINT64", "[2]", "[18446744073709551615, 0]")
        #expect(elements(unsigned, UInt64.self) == [.max, 0])
        #expect(elements(try tensor("INT8", "[2]", "[-128,127]"), Int8.self) == [-128, 127])
        #expect(elements(try tensor("UINT16", "[1]", "[65535]"), UInt16.self) == [65535])
    }

    @Test(arguments: [
        ("INT64", "9223372036854775808"), ("INT64", "-9223372036854775809"), ("UINT64", "18446744073709551616"),
        ("UINT64", "-1"), ("INT8", "128"), ("UINT8", "256"), ("INT32", "3.5"), ("INT32", "1e2"), ("INT32", "true"),
        ("INT64", "123456789012345678901234567890"),
    ])
    func anIntegerThatDoesNotFitIsRefused(datatype: String, text: String) {
        #expect(throws: InferenceError.self) { try tensor(datatype, "[1]", "[\(text)]") }
    }

    /// Every way through the number reader: exact products, the extended type, and text; against the standard library's.
    @Test(arguments: [
        "0", "-0", "0.1", "1e-7", "123456789", "3.4028235e38", "1.17549435e-38", "1e-45", "1.401298464324817e-45",
        "0.10000000149011612", "16777217", "16777219", "0.000000000000000000000000000123", "1e-400", "7e-10",
        "8.589973e9", "1.00000017881393421514957253748434595763683319091796875",
        "1.00000017881393432617187499", "1.00000017881393432617187500", "1.00000017881393432617187501",
    ])
    func floatsAreTheNearest(text: String) throws {
        let float = elements(try tensor("FP32", "[1]", "[\(text)]"), Float.self)[0]
        #expect(float.bitPattern == Float(text)?.bitPattern)
        let double = elements(try tensor("FP64", "[1]", "[\(text)]"), Double.self)[0]
        #expect(double.bitPattern == Double(text)?.bitPattern)
    }

    @Test func randomFloatsReadBackBitForBit() throws {
        var generator = SystemRandomNumberGenerator()
        let floats = (0..<20_000).map { _ in Float(bitPattern: UInt32.random(in: 0...(.max), using: &generator)) }
            .filter(\.isFinite)
        let doubles = (0..<20_000).map { _ in Double(bitPattern: UInt64.random(in: 0...(.max), using: &generator)) }
            .filter(\.isFinite)
        let single = try tensor("FP32", "[\(floats.count)]", "[\(floats.map(\.description).joined(separator: ","))]")
        #expect(elements(single, UInt32.self) == floats.map(\.bitPattern))
        let wide = try tensor("FP64", "[\(doubles.count)]", "[\(doubles.map(\.description).joined(separator: ","))]")
        #expect(elements(wide, UInt64.self) == doubles.map(\.bitPattern))
        // As Python writes FP32 values: with the digits of the double.
        let long = floats.map { Double($0).description }.joined(separator: ",")
        #expect(elements(try tensor("FP32", "[\(floats.count)]", "[\(long)]"), UInt32.self) == floats.map(\.bitPattern))
    }

    @Test(arguments: ["1e39", "-1e400", "NaN", "Infinity", "-Infinity", "null", "\"1\"", "+1", "01", ".5", "1.", "1e"])
    func whatIsNoFloatIsRefused(text: String) {
        #expect(throws: InferenceError.self) { try tensor("FP32", "[1]", "[\(text)]") }
    }

    @Test func dataMayBeNestedAndMembersInAnyOrder() throws {
        let request = try read(
            #"{"inputs":[{"data":[[1,2],[3,4]],"parameters":{},"shape":[2,2],"x":null,"datatype":"INT32","name":"a"}],"id":"é\n"}"#
        )
        #expect(elements(request.inputs[0], Int32.self) == [1, 2, 3, 4])
        #expect(request.id == "é\n")
        #expect(request.outputs == nil)
    }

    @Test func stringsBecomeLengthPrefixedElements() throws {
        let tensor = try tensor("BYTES", "[3]", #"["ab","","\ud83d\ude00\u0000"]"#)
        #expect(
            Array(tensor.data.readableBytesView)
                == [2, 0, 0, 0, 97, 98, 0, 0, 0, 0, 5, 0, 0, 0, 0xF0, 0x9F, 0x98, 0x80, 0])
    }

    @Test func binaryTensorsFollowTheJSONInOrder() throws {
        let json =
            #"{"inputs":[{"name":"a","shape":[1],"datatype":"FP16","parameters":{"binary_data_size":2}},{"name":"b","shape":[1],"datatype":"INT8","data":[7]},{"name":"c","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}}]}"#
        let request = try read(json, tail: [1, 2, 3, 4], headerLength: String(json.utf8.count))
        #expect(request.inputs.map { Array($0.data.readableBytesView) } == [[1, 2], [7], [3, 4]])
    }

    @Test func requestedOutputsCarryTheirForm() throws {
        let request = try read(
            #"{"parameters":{"binary_data_output":true},"inputs":[],"outputs":[{"name":"y","parameters":{"binary_data":true}},{"name":"z"}]}"#
        )
        #expect(request.binaryByDefault)
        #expect(request.outputs?.map(\.name) == ["y", "z"])
        #expect(request.outputs?.map(\.isBinary) == [true, false])
    }
}
