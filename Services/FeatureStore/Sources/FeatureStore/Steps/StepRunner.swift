import FoundationEssentials
import NIOCore
import ServiceAPI

/// Runs one step of the document view.
struct StepRunner: Sendable {
    /// Code points that nlp analyses at most.
    private static let analyzedLength = 1_000_000

    struct Limits: Sendable {
        var convertedBytes: Int
        var passageTokens: Int
        var passages: Int
        var embedBatch: Int
    }

    let view: DocumentView
    let documents: DocumentStore
    let content: ContentStore
    let services: DocumentServices
    let converter: any DocumentConverter
    let limits: Limits

    func run(_ step: StepName, of document: DocumentRow) async throws -> StepOutput {
        var output =
            switch step {
            case .convert: try await convert(document)
            case .recognize: try await recognize(document)
            case .analyze: try await analyze(document)
            case .embed: try await embed(document)
            case .type: try await type(document)
            case .features: try await features(document)
            }
        output.versions["step"] = String(view[step]?.version ?? 0)
        return output
    }

    // MARK: - Steps

    private func convert(_ document: DocumentRow) async throws -> StepOutput {
        guard let format = DocumentFormat(mediaType: document.mediaType) else {
            throw FeatureStoreError(.unsupportedType, "\(document.mediaType) cannot be converted")
        }
        guard !format.isRecognizable else {
            return try StepOutput(Conversion(converted: false, mediaType: format.mediaType, digest: document.id))
        }
        let source = ConversionSource(digest: document.id, format: format)
        let (pdf, versions) = try await converter.convert(source, into: content, limit: limits.convertedBytes)
        return try StepOutput(
            Conversion(converted: true, mediaType: DocumentFormat.pdf.mediaType, digest: pdf.digest),
            versions: versions,
            effects: [.rendition(.pdf, pdf, mediaType: DocumentFormat.pdf.mediaType)])
    }

    private func recognize(_ document: DocumentRow) async throws -> StepOutput {
        let conversion: Conversion = try await result(of: .convert, document)
        let bytes = try await content.read(conversion.digest)
        var recognized = try await services.recognize(bytes, document.name)
        if recognized.status == .failure {
            let error = recognized.pages.lazy.compactMap(\.error).first
            throw StepFailure.Wrapped(
                StepFailure(
                    .permanent, code: error?.code ?? "unreadable", message: error?.message ?? "no page could be read"))
        }
        var effects: [StepEffect] = [.excerpt(String(recognized.text.prefix(2000)))]
        if let preview = recognized.pages.lazy.compactMap(\.preview).first,
            let data = Data(base64Encoded: preview.content)
        {
            let file = try await content.write(ByteBuffer(bytes: data), limit: 16 << 20)
            effects.append(.rendition(.preview, file, mediaType: preview.mediaType))
        }
        for index in recognized.pages.indices { recognized.pages[index].preview = nil }
        let failed = recognized.pages.filter { $0.error != nil }
        let missing = failed.first.map { page in
            StepFailure(
                .permanent, code: page.error?.code ?? "page_failed",
                message: "\(failed.count) of \(recognized.pageCount) pages could not be read; page \(page.number): "
                    + (page.error?.message ?? "unknown reason"))
        }
        return try StepOutput(
            recognized, versions: recognized.engines.merging(["service": "document-recognition"]) { $1 },
            missing: missing, effects: effects)
    }

    private func analyze(_ document: DocumentRow) async throws -> StepOutput {
        let recognized: RecognizedDocument = try await result(of: .recognize, document)
        let (text, missing) = Self.analyzed(recognized.text)
        guard text.contains(where: { !$0.isWhitespace }) else {
            return try StepOutput(
                TextAnalysis(
                    language: DetectedLanguage(code: "und", confidence: 0, reliable: false), sentences: [], entities: []
                ))
        }
        let analysis = try await services.analyze(AnalyzeRequest(text: text))
        return try StepOutput(analysis, versions: await languageVersions(), missing: missing)
    }

    private func embed(_ document: DocumentRow) async throws -> StepOutput {
        let recognized: RecognizedDocument = try await result(of: .recognize, document)
        let analysis: TextAnalysis = try await result(of: .analyze, document)
        let cuts = PassageCutter(tokens: limits.passageTokens, limit: limits.passages)
            .cut(
                pages: recognized.pages.map(\.text), numbers: recognized.pages.map(\.number),
                sentences: analysis.sentences)
        var vectors: [[Float]] = []
        for start in stride(from: 0, to: cuts.passages.count, by: limits.embedBatch) {
            let batch = cuts.passages[start..<min(start + limits.embedBatch, cuts.passages.count)]
            let answer = try await services.embed(batch.map(\.text))
            guard answer.count == batch.count, Set(answer.map(\.count)).count == 1, answer[0].count > 0 else {
                throw FeatureStoreError(.invalidAnswer, "nlp answered \(answer.count) vectors to \(batch.count) texts")
            }
            vectors += answer
        }
        guard Set(vectors.map(\.count)).count <= 1 else {
            throw FeatureStoreError(.invalidAnswer, "nlp answered vectors of different lengths")
        }
        let passages = zip(cuts.passages, vectors).map { cut, vector in
            Passage(page: cut.page, text: cut.text, vector: Vector.normalized(vector))
        }
        return try StepOutput(
            Embedding(
                passages: passages.count, dimensions: vectors.first?.count ?? 0, isComplete: !cuts.isTruncated),
            versions: await languageVersions(),
            effects: [.passages(passages, whole: Vector.normalizedMean(passages.map(\.vector)))])
    }

    private func type(_ document: DocumentRow) async throws -> StepOutput {
        var analysis: TextAnalysis = try await result(of: .analyze, document)
        if analysis.type == nil, analysis.typeError != nil {
            let recognized: RecognizedDocument = try await result(of: .recognize, document)
            analysis = try await services.analyze(AnalyzeRequest(text: Self.analyzed(recognized.text).text))
            if analysis.type == nil, let reason = analysis.typeError {
                throw StepFailure.Wrapped(StepFailure(.unavailable, code: "type_unavailable", message: reason))
            }
        }
        return try StepOutput(
            Typing(type: analysis.type), versions: await languageVersions(), effects: [.type(analysis.type?.label)])
    }

    private func features(_ document: DocumentRow) async throws -> StepOutput {
        let evidence = DocumentEvidence(
            mediaType: document.mediaType,
            size: document.size,
            recognized: try await result(of: .recognize, document),
            analysis: try await optionalResult(of: .analyze, document),
            type: try await optionalResult(of: .type, document, as: Typing.self)?.type,
            passages: try await optionalResult(of: .embed, document, as: Embedding.self)?.passages)
        let values = evidence.features
        return try StepOutput(values, effects: [.features(values)])
    }

    private func languageVersions() async -> [String: String] {
        await services.languageVersions().merging(["service": "nlp"]) { $1 }
    }

    /// The part of a text that is analysed, and what that leaves out.
    private static func analyzed(_ text: String) -> (text: String, missing: StepFailure?) {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: analyzedLength, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return (text, nil) }
        return (
            String(scalars[..<end]),
            StepFailure(
                .permanent, code: "text_too_long",
                message: "only the first \(analyzedLength) characters of the text were analysed")
        )
    }

    // MARK: - Results of earlier steps

    private func result<T: Decodable>(of step: StepName, _ document: DocumentRow) async throws -> T {
        guard let value: T = try await optionalResult(of: step, document) else {
            throw FeatureStoreError(.storageFailed, "the result of step \(step.rawValue) is missing")
        }
        return value
    }

    private func optionalResult<T: Decodable>(
        of step: StepName, _ document: DocumentRow, as type: T.Type = T.self
    ) async throws -> T? {
        guard let bytes = try await documents.result(of: step, document: document.id) else { return nil }
        return try JSONDecoder().decode(T.self, from: Data(bytes))
    }
}

/// Result of `convert`: what recognition reads.
private struct Conversion: Codable {
    var converted: Bool
    var mediaType: String
    var digest: String

    enum CodingKeys: String, CodingKey {
        case converted, digest
        case mediaType = "media_type"
    }
}

/// Result of `embed`; the vectors themselves are in the index.
private struct Embedding: Codable {
    var passages: Int
    var dimensions: Int
    /// False where the document has more text than the most passages that are kept.
    var isComplete: Bool

    enum CodingKeys: String, CodingKey {
        case passages, dimensions
        case isComplete = "complete"
    }
}

/// Result of `type`.
private struct Typing: Codable {
    var type: DocumentType?
}
