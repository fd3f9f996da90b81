import LanguageProcessing
import ServiceAPI
import SuiteConfig
import Testing

@Suite struct EmbeddingTests {
    private func embedder(
        _ model: TinyModel, _ inference: FakeInference, batchTokens: Int = 2048, batchSize: Int = 32,
        concurrent: Int = 2,
        waiting: Int = 100, plain: Bool = false, clientBatch: Int = 32
    ) -> TextEmbedder {
        TextEmbedder(
            model: EmbeddingModel(path: model.path),
            embedder: Embedder(
                model: "tiny",
                limits: .init(
                    batchTokens: batchTokens, batchSize: batchSize, concurrentBatches: concurrent,
                    waitingBatches: waiting),
                call: inference.call),
            limits: .init(clientBatchSize: clientBatch, autoTruncate: true, plainSpecialTokens: plain))
    }

    @Test(arguments: [
        // "hello worlds" is [CLS] hello world ##s [SEP]: ids 2 4 5 6 3.
        ("mean", [Float(20) / 5, 1, Float(4 + 16 + 25 + 36 + 9) / 5]),
        ("mean_sqrt_len", [20 / Float(5).squareRoot(), Float(5).squareRoot(), 90 / Float(5).squareRoot()]),
        // Weights 1 to 5, their sum 15.
        ("weighted_mean", [Float(2 + 8 + 15 + 24 + 15) / 15, 1, Float(4 + 32 + 75 + 144 + 45) / 15]),
        ("max", [6, 1, 36]),
        ("cls", [2, 1, 4]),
        ("last_token", [3, 1, 9]),
    ])
    func poolingIsWhatItsNameSays(mode: String, expected: [Float]) async throws {
        let model = try TinyModel(mode: mode)
        defer { model.remove() }
        // The second, longer text pads the first: padding must not count.
        let answer = try await embedder(model, FakeInference()).embed(
            EmbedRequest(inputs: ["hello worlds", "hello hello hello hello"], normalize: false))
        for (found, expected) in zip(answer.vectors[0], expected) { #expect(abs(found - expected) < 1e-5) }
        #expect(answer.tokens == 5 + 6)
        #expect(answer.characters == 12 + 23)
    }

    @Test func vectorsHaveLengthOneUnlessAskedOtherwise() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let embedder = embedder(model, FakeInference())
        let vector = try await embedder.embed(EmbedRequest(inputs: ["hello"])).vectors[0]
        // ids 2 4 3: mean [3, 1, 29/3].
        let length = (Float(9) + 1 + Float(841) / 9).squareRoot()
        #expect(abs(vector[0] - 3 / length) < 1e-6)
        var cut = EmbedRequest(inputs: ["hello"])
        cut.dimensions = 2
        let short = try await embedder.embed(cut).vectors[0]
        #expect(short.count == 2)
        #expect(abs(short[0] * short[0] + short[1] * short[1] - 1) < 1e-6)
    }

    @Test func textsAreBatchedByLengthAndAnsweredInOrder() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let inference = FakeInference()
        let texts = ["hello", "hello hello hello hello", "world", "bill bill bill bill", "bill"]
        let answer = try await embedder(model, inference, batchTokens: 12, concurrent: 2).embed(
            EmbedRequest(inputs: texts, normalize: false))
        #expect(Set(inference.batches.map { "\($0.texts)x\($0.width)" }) == ["2x6", "3x3"])
        #expect(inference.batches.count == 2)
        // The first components: means of 2 4 3, 2 4 4 4 4 3, 2 5 3, 2 7 7 7 7 3, 2 7 3.
        let expected: [Float] = [3, 3.5, Float(10) / 3, 5.5, 4]
        for (vector, expected) in zip(answer.vectors, expected) { #expect(abs(vector[0] - expected) < 1e-5) }
    }

    @Test func aPlanNeverExceedsItsBudget() {
        let plan = BatchPlan(lengths: [5, 3, 9, 3, 20, 1], budget: 18, largest: 3)
        #expect(plan.batches == [[4], [2, 0], [1, 3, 5]])
        #expect(BatchPlan(lengths: [], budget: 8, largest: 2).batches.isEmpty)
        #expect(BatchPlan.padding(plan.batches, lengths: [5, 3, 9, 3, 20, 1]) == 1 - 41.0 / 47)
    }

    @Test func onlySoManyBatchesRunAtOnce() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let inference = FakeInference()
        let embedder = embedder(model, inference, batchSize: 1, concurrent: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = try await embedder.embed(EmbedRequest(inputs: ["hello", "world", "bill"]))
                }
            }
            try await group.waitForAll()
        }
        #expect(inference.batches.count == 24)
        #expect(inference.most <= 2)
    }

    @Test(arguments: [
        (EmbedRequest(inputs: []), "empty", "`inputs` cannot be empty"),
        (EmbedRequest(inputs: [""]), "empty", "`inputs` cannot be empty"),
        (EmbedRequest(inputs: ["a", "b", "c"]), "invalid", "batch size 3 > maximum allowed batch size 2"),
        (
            EmbedRequest(inputs: ["hello hello hello hello hello hello hello"], truncate: false), "invalid",
            "`inputs` must have less than 8 tokens. Given: 9"
        ),
        (
            EmbedRequest(inputs: [String(repeating: "a", count: 2001)], truncate: false), "invalid",
            "`inputs` must have less than 2000 characters. Given: 2001"
        ),
        (EmbedRequest(inputs: .single(.text("a")), dimensions: 4), "invalid", "at most 3"),
        (EmbedRequest(inputs: .single(.text("a")), dimensions: 0), "invalid", "must be positive"),
        (EmbedRequest(inputs: .single(.text("a")), promptName: "x"), "invalid", "prompts are: query"),
        (EmbedRequest(inputs: .single(.ids([1, 8]))), "invalid", "token id 8, allowed are 0 to 7"),
        (EmbedRequest(inputs: .single(.ids([-1]))), "invalid", "token id -1"),
        (EmbedRequest(inputs: .single(.ids([]))), "empty", "cannot be empty"),
    ])
    func badRequestsAreRefusedWithAReason(request: EmbedRequest, code: String, message: String) async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let error = await #expect(throws: LanguageProcessingError.self) {
            try await embedder(model, FakeInference(), clientBatch: 2).embed(request)
        }
        #expect(error?.code.name == code)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func promptsAndIdsReachTheModel() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let embedder = embedder(model, FakeInference())
        let prompted = try await embedder.embed(
            EmbedRequest(inputs: .single(.text("hello")), promptName: "query", normalize: false))
        // [CLS] bill hello [SEP]
        #expect(prompted.vectors[0][0] == Float(2 + 7 + 4 + 3) / 4)
        let ids = try await embedder.embed(EmbedRequest(inputs: .single(.ids([7, 4])), normalize: false))
        #expect(ids.vectors == prompted.vectors)
    }

    @Test func aMissingModelNamesItsFile() async throws {
        let embedder = TextEmbedder(
            model: EmbeddingModel(path: "/nowhere"),
            embedder: Embedder(
                model: "", limits: .init(batchTokens: 8, batchSize: 1, concurrentBatches: 1, waitingBatches: 0),
                call: FakeInference().call),
            limits: .init(clientBatchSize: 1, autoTruncate: true, plainSpecialTokens: false))
        let error = await #expect(throws: LanguageProcessingError.self) {
            try await embedder.embed(EmbedRequest(inputs: ["a"]))
        }
        #expect(error?.message == "/nowhere/tokenizer.json cannot be read")
    }

    @Test func theTypeIsTheNearestDescriptionsLabel() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let inference = FakeInference()
        let classifier = TypeClassifier(
            labels: [
                DocumentLabel(label: "greeting", descriptions: ["hello", "hello hello"]),
                DocumentLabel(label: "invoice", descriptions: ["bill bill bill"]),
            ],
            temperature: 0.01, embedder: embedder(model, inference))
        let type = try await classifier.classify("bill bill bill")
        #expect(type.label == "invoice")
        #expect(type.scores.map(\.label) == ["invoice", "greeting"])
        #expect(abs(type.scores.reduce(0) { $0 + $1.score } - 1) < 1e-9)
        let before = inference.batches.count
        #expect(try await classifier.classify("hello").label == "greeting")
        // The labels' vectors are kept: one batch for the text alone.
        #expect(inference.batches.count == before + 1)
    }
}
