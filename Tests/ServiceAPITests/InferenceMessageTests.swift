import NIOCore
import ServiceAPI
import Testing

@Suite struct InferenceMessageTests {
    @Test func aRequestIsJSONThenTheTensorsInOrder() throws {
        let message = InferenceRequestMessage(
            inputs: [
                Tensor(name: "ids", shape: [1, 2], [Int64(1), -2]), Tensor(name: "x", shape: [1], [Float(0.5)]),
            ], outputs: ["y"])
        var (body, length) = try message.encoded()
        let header = body.readString(length: length)
        let json = try #require(header)
        #expect(json.contains(#""binary_data_size":16"#) && json.contains(#""binary_data_size":4"#))
        #expect(json.contains(#""binary_data":true"#))
        #expect(body.readInteger(endianness: .little, as: Int64.self) == 1)
        #expect(body.readInteger(endianness: .little, as: Int64.self) == -2)
        #expect(body.readInteger(endianness: .little, as: UInt32.self) == Float(0.5).bitPattern)
        #expect(body.readableBytes == 0)
    }

    /// An answer with this JSON and so many bytes behind it.
    private func answer(_ json: String, bytes: Int, length: Int? = nil) throws -> InferenceResponseMessage {
        var body = ByteBuffer(string: json)
        body.writeRepeatingByte(0x3f, count: bytes)
        return try InferenceResponseMessage(body: body, headerLength: length ?? json.utf8.count)
    }

    private func json(shape: String, size: Int, type: String = "FP32") -> String {
        """
        {"model_name":"m","model_version":"1","outputs":[{"name":"y","datatype":"\(type)","shape":\(shape),\
        "parameters":{"binary_data_size":\(size)}}]}
        """
    }

    @Test func anAnswersTensorsAreRead() throws {
        let message = try answer(json(shape: "[2,1]", size: 8), bytes: 8)
        let tensor = try #require(message["y"])
        #expect(tensor.shape == [2, 1])
        #expect(tensor.floats == [Float(bitPattern: 0x3f3f_3f3f), Float(bitPattern: 0x3f3f_3f3f)])
        #expect(message["z"] == nil)
    }

    @Test func anAnswerThatDoesNotAddUpIsRefused() {
        let cases: [(String, Int, Int?)] = [
            (json(shape: "[2,1]", size: 8), 7, nil),  // fewer bytes than announced
            (json(shape: "[3]", size: 8), 8, nil),  // size and shape differ
            (json(shape: "[-1]", size: 8), 8, nil),
            (json(shape: "[4611686018427387904,4]", size: 0), 0, nil),  // the product overflows
            (json(shape: "[2]", size: -8), 8, nil),
            (json(shape: "[2]", size: 8), 8, 0),
            (json(shape: "[2]", size: 8), 8, -5),
            (json(shape: "[2]", size: 8), 8, 1 << 40),
            (json(shape: "[2]", size: 8, type: "FP12"), 8, nil),
            ("[]", 0, nil), ("", 0, nil),
        ]
        for (json, bytes, length) in cases {
            #expect(throws: (any Error).self, "\(json) \(bytes)") {
                try answer(json, bytes: bytes, length: length)
            }
        }
    }
}
