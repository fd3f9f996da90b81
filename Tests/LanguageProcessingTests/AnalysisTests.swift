import LanguageProcessing
import ServiceAPI
import SuiteConfig
import Testing

@Suite struct AnalysisTests {
    private func analyzer(_ model: TinyModel? = nil, failure: (any Error)? = nil, limit: Int = 1000) -> TextAnalyzer {
        let files = EmbeddingModel(path: model?.path)
        let embedder = TextEmbedder(
            model: files,
            embedder: Embedder(
                model: "tiny", limits: .init(batchTokens: 64, batchSize: 8, concurrentBatches: 1, waitingBatches: 8),
                call: FakeInference(failure: failure).call),
            limits: .init(clientBatchSize: 8, autoTruncate: true, plainSpecialTokens: false))
        return TextAnalyzer(
            maximumLength: limit, entityOptions: .init(),
            classifier: TypeClassifier(
                labels: [
                    DocumentLabel(label: "greeting", descriptions: ["hello"]),
                    DocumentLabel(label: "invoice", descriptions: ["bill"]),
                ],
                temperature: 0.05, embedder: embedder),
            model: files, modelName: "tiny")
    }

    private func slices(_ text: String, _ spans: [TextSpan]) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return spans.map { String(String.UnicodeScalarView(scalars[$0.start..<$0.end])) }
    }

    @Test(arguments: [
        ("The quick brown fox jumps over the lazy dog and runs into the forest.", "en"),
        ("Der schnelle braune Fuchs springt über den faulen Hund und läuft in den Wald.", "de"),
        ("Le renard brun rapide saute par-dessus le chien paresseux et court dans la forêt.", "fr"),
        ("Быстрая коричневая лиса прыгает через ленивую собаку и бежит в лес.", "ru"),
        ("これは日本語で書かれた短い文章です。", "ja"),
    ])
    func languagesAreTold(text: String, code: String) async throws {
        let language = try await analyzer().analyze(AnalyzeRequest(text: text, type: false)).language
        #expect(language.code == code)
        #expect(language.confidence > 0.9)
        #expect(language.reliable)
    }

    @Test func aTextWithoutLettersHasNoLanguage() async throws {
        let language = try await analyzer().analyze(AnalyzeRequest(text: "12 34 !!", type: false)).language
        #expect(language == DetectedLanguage(code: "und", confidence: 0, reliable: false))
    }

    @Test func sentencesSurviveLineBreaksOfAPage() async throws {
        let text = """
            This is a sentence that was wrapped by the page it was
            printed on. Here is another, by Dr. No!

            TOTAL
            9.00
            """
        let analysis = try await analyzer().analyze(AnalyzeRequest(text: text, type: false))
        #expect(
            slices(text, analysis.sentences) == [
                "This is a sentence that was wrapped by the page it was\nprinted on.", "Here is another, by Dr.",
                "No!", "TOTAL", "9.00",
            ])
    }

    @Test func tokensAreWordsNumbersAndSigns() async throws {
        let text = "Don't pay €1,200.50 – 👨‍👩‍👧 e\u{301}té"
        let analysis = try await analyzer().analyze(AnalyzeRequest(text: text, tokens: true, type: false))
        #expect(
            slices(text, try #require(analysis.tokens))
                == ["Don't", "pay", "€", "1,200.50", "–", "👨‍👩‍👧", "e\u{301}té"])
        #expect(analysis.offsetUnit == "code_point")
        #expect(analysis.versions?["icu"] != nil)
    }

    @Test func aDownInferenceCostsTheTypeAlone() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let down = ServiceError(service: "inference", kind: .unreachable, message: "connection refused")
        let analysis = try await analyzer(model, failure: down).analyze(AnalyzeRequest(text: "Pay $5.00"))
        #expect(analysis.type == nil)
        #expect(analysis.typeError == "inference: connection refused")
        #expect(analysis.entities.count == 1)
    }

    @Test func theTypeComesWithItsScores() async throws {
        let model = try TinyModel()
        defer { model.remove() }
        let analysis = try await analyzer(model).analyze(AnalyzeRequest(text: "bill"))
        #expect(analysis.type?.label == "invoice")
        #expect(analysis.type?.scores.count == 2)
    }

    @Test func emptyAndTooLongTextsAreNamed() async throws {
        for (text, status) in [("", 422), (String(repeating: "é", count: 1001), 413)] {
            let error = await #expect(throws: LanguageProcessingError.self) {
                try await analyzer().analyze(AnalyzeRequest(text: text))
            }
            #expect(error?.apiError.status == status)
            #expect(error?.apiError.field == "text")
        }
        let blank = try await analyzer().analyze(AnalyzeRequest(text: " \n\t\u{3000}"))
        #expect(blank.sentences.isEmpty)
        #expect(blank.typeError == "the text is blank")
    }
}
