import FoundationEssentials
import ModelImport
import ServiceTesting
import Testing

/// Imported models compute what their peers compute: through the OpenVINO plugin and the inference service, over HTTP.
@Suite(.timeLimit(.minutes(5))) struct PeerOutputTests {
    private struct Inputs: Decodable {
        var input_ids: [[Int64]]
        var attention_mask: [[Int64]]
        var token_type_ids: [[Int64]]
    }

    private struct Sentence: Decodable {
        var text: String
        var ids: [Int64]
    }

    /// transformers 5.24.0; float32 sums differ by order, values reach 1.3.
    @Test func hiddenStatesEqualTransformers() async throws {
        let tiny = try TinyBERT()
        _ = try await tiny.importer().run()
        let inputs = try JSONDecoder().decode(Inputs.self, from: Data(fixture("tiny-bert-inputs.json")))
        let expected = try floats(fixture("tiny-bert-hidden.f32"))
        let batch = TokenBatch(ids: inputs.input_ids, mask: inputs.attention_mask, types: inputs.token_type_ids)

        let (hidden, unmasked, untyped) = try await InferenceServer.run(over: tiny.repository.path) { server in
            (
                try await server.hiddenState(of: "tiny", batch),
                try await server.hiddenState(
                    of: "tiny", TokenBatch(ids: batch.ids, mask: TokenBatch(ids: batch.ids).mask, types: batch.types)),
                try await server.hiddenState(
                    of: "tiny", TokenBatch(ids: batch.ids, mask: batch.mask, types: TokenBatch(ids: batch.ids).types))
            )
        }
        try #require(hidden.count == expected.count && expected.count == 4 * 24 * 32)
        #expect(distance(hidden, expected) < 1e-5)
        // The fixture has padding and a second segment that matter: a graph that ignored either would be told.
        #expect(distance(unmasked, expected) > 1e-2)
        #expect(distance(untyped, expected) > 1e-2)
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }

    /// sentence-transformers 6.2.0 encoded each sentence alone; here batches of ten are padded to their longest.
    @Test func sentenceEmbeddingsEqualSentenceTransformers() async throws {
        let cache = try #require(ProcessInfo.processInfo.environment["QUINION_CACHE"], "set by make test")
        let repository = try TemporaryFolder()
        let imported = try await ModelImporter(
            source: "\(cache)/models/all-MiniLM-L6-v2", repository: repository.path
        ).run()
        #expect(imported.entry.source?.licence == "apache-2.0")
        #expect(imported.pooling?.mode == .mean && imported.pooling?.normalize == true)
        let width = try #require(imported.pooling?.dimension)

        let sentences = try JSONDecoder().decode([Sentence].self, from: Data(fixture("sentences.json")))
        let expected = try floats(fixture("sentence-embeddings.f32"))
        try #require(sentences.count == 100 && expected.count == 100 * width)

        let vectors = try await InferenceServer.run(over: repository.path) { server in
            var vectors: [[Float]] = []
            for start in stride(from: 0, to: sentences.count, by: 10) {
                let batch = TokenBatch(ids: sentences[start..<start + 10].map(\.ids))
                let hidden = try await server.hiddenState(of: imported.entry.name, batch)
                for (row, ids) in batch.ids.enumerated() {
                    let first = row * batch.width * width
                    vectors.append(meanPooled(hidden[first..<first + ids.count * width], width: width))
                }
            }
            return vectors
        }
        for (index, vector) in vectors.enumerated() {
            let peer = expected[index * width..<(index + 1) * width]
            #expect(cosine(vector[...], peer) >= 0.99999, "\(sentences[index].text)")
        }
        // The sentences differ, so a constant answer would fail.
        #expect(cosine(vectors[0][...], vectors[99][...]) < 0.9)
    }

    private func fixture(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: Repository.fixture("ModelImportTests", name))))
    }

    private func meanPooled(_ tokens: ArraySlice<Float>, width: Int) -> [Float] {
        var sum = [Float](repeating: 0, count: width)
        for (index, value) in tokens.enumerated() { sum[index % width] += value }
        return sum.map { $0 / Float(tokens.count / width) }
    }

    private func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        func dot(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) -> Double {
            zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
}
