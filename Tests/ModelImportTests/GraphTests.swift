import ModelImport
import Testing

@Suite struct GraphTests {
    private static func importTiny() async throws -> (graph: ONNXModel, data: [UInt8], source: SafetensorsFile) {
        let tiny = try TinyBERT()
        _ = try await tiny.importer().run()
        return (
            try ONNXModel(tiny.repository.read("tiny/1/model.onnx")),
            try tiny.repository.read("tiny/1/model.onnx.data"),
            try SafetensorsFile.parse(tiny.folder.read("model.safetensors"))
        )
    }

    @Test func interfaceAndVersionsAreWhatEnginesExpect() async throws {
        let graph = try await Self.importTiny().graph
        #expect(graph.irVersion == 9)
        #expect(graph.operatorSet == 20)
        #expect(graph.inputs.map(\.name) == ["input_ids", "attention_mask", "token_type_ids"])
        #expect(graph.inputs.allSatisfy { $0.type == 7 && $0.shape == ["batch", "sequence"] })
        #expect(graph.outputs.map(\.name) == ["last_hidden_state"])
        #expect(graph.outputs.map(\.shape) == [["batch", "sequence", "32"]])
    }

    @Test func everyValueIsDefinedOnceBeforeItIsUsedAndUsed() async throws {
        let graph = try await Self.importTiny().graph
        var defined = Set(graph.inputs.map(\.name)).union(graph.initializers.map(\.name))
        #expect(defined.count == graph.inputs.count + graph.initializers.count)
        var used: Set<String> = []
        for node in graph.nodes {
            for input in node.inputs {
                #expect(defined.contains(input), "\(node.name) uses \(input)")
                used.insert(input)
            }
            for output in node.outputs { #expect(defined.insert(output).inserted, "\(output) is defined twice") }
        }
        #expect(defined.subtracting(used) == ["last_hidden_state"])
    }

    @Test func eachLayerHasTheNodesEnginesFuse() async throws {
        let graph = try await Self.importTiny().graph
        let counts = Dictionary(grouping: graph.nodes, by: \.operation).mapValues(\.count)
        // Two layers: six projections and two products of attention each.
        #expect(counts["MatMul"] == 2 * 8)
        #expect(counts["Softmax"] == 2)
        #expect(counts["Gelu"] == 2)
        #expect(counts["LayerNormalization"] == 2 * 2 + 1)
        #expect(counts["Gather"] == 2)
    }

    @Test func weightsLieAlignedInTheDataFileAsStored() async throws {
        let (graph, data, source) = try await Self.importTiny()
        let weights = graph.initializers.filter(\.isExternal)
        #expect(weights.count == source.tensors.count)
        var end = 0
        for weight in weights {
            let tensor = try #require(source.tensors.first { $0.name == weight.name })
            let offset = try #require(weight.external["offset"].flatMap { Int($0) })
            let length = try #require(weight.external["length"].flatMap { Int($0) })
            #expect(weight.external["location"] == "model.onnx.data")
            #expect(weight.shape == tensor.shape)
            #expect(offset >= end && offset % 64 == 0)
            try #require(offset + length <= data.count)
            #expect(Array(data[offset..<offset + length]) == tensor.bytes, "\(weight.name)")
            end = offset + length
        }
        #expect(end == data.count)
    }

    @Test(arguments: ["F16", "BF16"])
    func halfPrecisionWeightsAreWidened(type: String) async throws {
        let tiny = try TinyBERT()
        let source = try SafetensorsFile.parse(tiny.folder.read("model.safetensors"))
        let narrow = source.mapped(to: type) { value in
            let bits = type == "F16" ? Float16(value).bitPattern : UInt16(value.bitPattern >> 16)
            return [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
        }
        try tiny.folder.write(narrow.bytes, to: "model.safetensors")
        _ = try await tiny.importer().run()

        let graph = try ONNXModel(tiny.repository.read("tiny/1/model.onnx"))
        let data = try tiny.repository.read("tiny/1/model.onnx.data")
        for weight in graph.initializers.filter(\.isExternal) {
            let tensor = try #require(source.tensors.first { $0.name == weight.name })
            let offset = try #require(weight.external["offset"].flatMap { Int($0) })
            let expected = floats(tensor.bytes).map {
                type == "F16" ? Float(Float16($0)) : Float(bitPattern: $0.bitPattern & 0xFFFF_0000)
            }
            #expect(floats(Array(data[offset..<offset + 4 * expected.count])) == expected, "\(weight.name)")
        }
    }

    @Test func weightsOfALargerModelAndOldNamesAreFound() async throws {
        let tiny = try TinyBERT()
        var source = try SafetensorsFile.parse(tiny.folder.read("model.safetensors"))
        for index in source.tensors.indices {
            source.tensors[index].name =
                "bert."
                + source.tensors[index].name
                .replacing("LayerNorm.weight", with: "LayerNorm.gamma")
                .replacing("LayerNorm.bias", with: "LayerNorm.beta")
        }
        source.tensors.append(.init(name: "cls.bias", type: "F32", shape: [2], bytes: [UInt8](repeating: 0, count: 8)))
        try tiny.folder.write(source.bytes, to: "model.safetensors")

        #expect(try await tiny.importer().run().unusedTensors == ["cls.bias"])
    }
}
