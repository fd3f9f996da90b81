import FoundationEssentials
import Inference
import ModelImport
import NIOCore
import ServiceAPI
import ServiceTesting
import Testing

/// all-MiniLM-L6-v2 from its Hugging Face directory through the importer, the repository, HTTP and OpenVINO.
@Suite(.enabled(if: Plugins.isBuilt("openvino") && MiniLM.source != nil)) struct ImportedModelTests {
    private struct Sentence: Decodable {
        var text: String
        var ids: [Int64]
    }

    private static let model = "all-MiniLM-L6-v2"
    private static let width = 384

    /// The reference is sentence-transformers 6.2.0, each sentence encoded alone; here they go in padded batches.
    @Test func sentenceEmbeddingsEqualThoseOfSentenceTransformers() async throws {
        let sentences = try JSONDecoder().decode(
            [Sentence].self, from: try data("sentences.json"))
        let reference = try data("sentence-embeddings.f32").withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        #expect(sentences.count == 100 && reference.count == 100 * Self.width)
        let embeddings = try await withImportedModel { server in
            var embeddings: [[Float]] = []
            for start in stride(from: 0, to: sentences.count, by: 16) {
                let batch = sentences[start..<min(start + 16, sentences.count)].map(\.ids)
                embeddings += try await embed(batch, server)
            }
            return embeddings
        }
        for (index, embedding) in embeddings.enumerated() {
            let expected = Array(reference[(index * Self.width)..<((index + 1) * Self.width)])
            let similarity = cosine(embedding, expected)
            #expect(similarity >= 0.99999, "\(similarity) for '\(sentences[index].text)'")
        }
    }

    /// Alone against the reference, together with others of other lengths: the mask keeps padding out.
    @Test func anEmbeddingDoesNotDependOnItsBatchMates() async throws {
        let sentences = try JSONDecoder().decode([Sentence].self, from: try data("sentences.json"))
        let reference = try data("sentence-embeddings.f32").withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        #expect(Set(sentences.prefix(40).map(\.ids.count)).count > 5)
        try await withImportedModel { server in
            try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
                // Long enough that all others wait meanwhile, and then share batches.
                group.addTask { (-1, try await embed([[Int64](repeating: 101, count: 512)], server)[0]) }
                for (index, sentence) in sentences.prefix(40).enumerated() {
                    group.addTask { (index, try await embed([sentence.ids], server)[0]) }
                }
                for try await (index, embedding) in group where index >= 0 {
                    let expected = Array(reference[(index * Self.width)..<((index + 1) * Self.width)])
                    let similarity = cosine(embedding, expected)
                    #expect(similarity >= 0.99999, "\(similarity) for '\(sentences[index].text)'")
                }
            }
        }
    }

    @Test func tooLongASequenceIsRefusedBeforeTheEngineSeesIt() async throws {
        try await withImportedModel { server in
            let answer = try await send([[Int64](repeating: 101, count: 513)], server)
            #expect(answer.status == 400)
            #expect(answer.error?.contains("sequence is 513, at most 512 is allowed") == true, "\(answer.text)")
            let metadata = try await server.get("/v2/models/\(Self.model)").text
            #expect(metadata.contains(#"{"name":"last_hidden_state","datatype":"FP32","shape":[-1,-1,384]}"#))
        }
    }

    private func withImportedModel<Value: Sendable>(
        _ body: (InferenceServer) async throws -> Value
    ) async throws -> Value {
        let repository = try ModelRepository()
        let source = try #require(MiniLM.source)
        _ = try await ModelImporter(source: source, repository: repository.path, name: Self.model).run()
        return try await InferenceServer.with(repository, body)
    }

    private func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: Repository.fixture("ModelImportTests", name)))
    }

    private func send(_ rows: [[Int64]], _ server: InferenceServer) async throws -> InferenceServer.Answer {
        let length = rows.map(\.count).max() ?? 0
        let padded = rows.flatMap { $0 + [Int64](repeating: 0, count: length - $0.count) }
        let mask = rows.flatMap {
            [Int64](repeating: 1, count: $0.count) + [Int64](repeating: 0, count: length - $0.count)
        }
        let shape = [rows.count, length]
        let request = InferenceRequestMessage(inputs: [
            Tensor(name: "input_ids", shape: shape, padded), Tensor(name: "attention_mask", shape: shape, mask),
            Tensor(name: "token_type_ids", shape: shape, [Int64](repeating: 0, count: padded.count)),
        ])
        let (body, headerLength) = try request.encoded()
        return try await server.post(
            "/v2/models/\(Self.model)/infer", Array(body.readableBytesView),
            headers: [(inferenceHeaderContentLength, "\(headerLength)")])
    }

    /// The mean of each row's vectors, without those of the padding.
    private func embed(_ rows: [[Int64]], _ server: InferenceServer) async throws -> [[Float]] {
        let answer = try await send(rows, server)
        let message = try InferenceResponseMessage(body: answer.body, headerLength: try #require(answer.headerLength))
        let hidden = try #require(message["last_hidden_state"])
        let values = try #require(hidden.floats)
        let length = hidden.shape[1]
        return rows.enumerated().map { row, ids in
            (0..<Self.width).map { column in
                ids.indices.reduce(0) { $0 + values[(row * length + $1) * Self.width + column] } / Float(ids.count)
            }
        }
    }

    private func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func dot(_ left: [Float], _ right: [Float]) -> Double {
            zip(left, right).reduce(0) { $0 + Double($1.0 * $1.1) }
        }
        return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
    }
}
