package import ServiceAPI

/// Everything `POST /v1/analyze` answers.
package struct TextAnalyzer: Sendable {
    /// Longest text taken, in code points.
    let maximumLength: Int
    let entityOptions: EntityScanner.Options
    let classifier: TypeClassifier
    let model: EmbeddingModel
    let modelName: String?

    package init(
        maximumLength: Int, entityOptions: EntityScanner.Options, classifier: TypeClassifier, model: EmbeddingModel,
        modelName: String?
    ) {
        self.maximumLength = maximumLength
        self.entityOptions = entityOptions
        self.classifier = classifier
        self.model = model
        self.modelName = modelName
    }

    package func analyze(_ request: AnalyzeRequest) async throws -> TextAnalysis {
        let text = request.text
        guard !text.isEmpty else { throw LanguageProcessingError(.invalid, "text is empty", field: "text") }
        let length = text.unicodeScalars.count
        guard length <= maximumLength else {
            throw LanguageProcessingError(
                .tooLarge, "text has \(length) characters, at most \(maximumLength) are analysed", field: "text")
        }
        var options = entityOptions
        if let order = request.dateOrder { options.dateOrder = order }

        // Each step is computing without waiting; others get a turn in between.
        let language = LanguageDetector.detect(text)
        await Task.yield()
        let locale = language.code == "und" ? "en" : language.code
        let sentences = try TextSegmenter.spans(of: text, .sentence, language: locale)
        await Task.yield()
        let tokens = request.tokens == true ? try TextSegmenter.spans(of: text, .word, language: locale) : nil
        await Task.yield()
        let entities = EntityScanner(options).entities(in: text)

        var analysis = TextAnalysis(
            language: language, sentences: sentences, tokens: tokens, entities: entities, versions: versions())
        guard request.type ?? true else { return analysis }
        guard !sentences.isEmpty else {
            analysis.typeError = "the text is blank"
            return analysis
        }
        do {
            analysis.type = try await classifier.classify(text)
        } catch let error as any APIErrorConvertible {
            analysis.typeError = error.apiError.message
        }
        return analysis
    }

    private func versions() -> [String: String] {
        var versions = ["icu": TextSegmenter.icuVersion, "cld2": LanguageDetector.version]
        if let modelName, let directory = try? model.directory() {
            versions["model"] = modelName + (directory.revision.map { "@" + $0.prefix(12) } ?? "")
        }
        return versions
    }
}
