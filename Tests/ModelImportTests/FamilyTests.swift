import FoundationEssentials
import ModelImport
import ServiceTesting
import Testing

/// Every family of encoders with every head, with random weights, against transformers 5.24.0.
@Suite(.timeLimit(.minutes(5))) struct FamilyTests {
    private static let families = Repository.fixture("ModelImportTests", "families")

    private func file(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(Self.families)/\(name)"))
    }

    @Test func outputsEqualTransformers() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.families).sorted()
        try #require(names.count == 18)
        let repository = try TemporaryFolder()
        var imported: [ImportedModel] = []
        for name in names {
            let source = try TemporaryFolder()
            for part in ["config.json", "model.safetensors"] {
                try source.write([UInt8](file("\(name)/\(part)")), to: part)
            }
            try source.write(Array("{}".utf8), to: "tokenizer.json")
            imported.append(
                try await ModelImporter(source: source.path, repository: repository.path, name: name).run())
        }

        try await InferenceServer.run(over: repository.path) { server in
            for model in imported {
                let name = model.entry.name
                let inputs = try JSONDecoder().decode([String: [[Int64]]].self, from: file("\(name)/inputs.json"))
                #expect(Set(model.entry.inputs.map(\.name)) == Set(inputs.keys), "\(name)")
                let rows = try #require(inputs["input_ids"])
                let values = try await server.output(
                    model.entry.outputs[0].name, of: name, inputs.mapValues { $0.flatMap { $0 } },
                    shape: [rows.count, rows[0].count])
                let expected = try floats([UInt8](file("\(name)/output.f32")))
                try #require(values.count == expected.count, "\(name)")
                let distance = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
                #expect(distance < 1e-4, "\(name): \(distance)")
                // Values that differ, so a constant answer would fail.
                #expect(Set(expected).count > 8, "\(name)")
                // Poolers and unused heads aside, each weight has its place.
                #expect(model.unusedTensors.allSatisfy { $0.contains("pooler") }, "\(name): \(model.unusedTensors)")
            }
        }
    }

    @Test func aHeadNamesItsClasses() async throws {
        let repository = try TemporaryFolder()
        let source = try TemporaryFolder()
        for part in ["config.json", "model.safetensors"] {
            try source.write([UInt8](file("RobertaForTokenClassification/\(part)")), to: part)
        }
        try source.write(Array("{}".utf8), to: "tokenizer.json")
        let model = try await ModelImporter(source: source.path, repository: repository.path, name: "ner").run()
        #expect(model.entry.labels == ["logits": "labels.txt"])
        #expect(model.entry.outputs.map(\.shape) == [[-1, -1, 3]])
        #expect(try repository.read("ner/labels.txt") == Array("none\nperson\nplace\n".utf8))
        // 26 positions, of which those up to the padding's are not for tokens.
        #expect(model.entry.limits == ["sequence": 24])
    }
}
