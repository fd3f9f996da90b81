package import ServiceAPI

/// What the steps found out about a document, and the features that follow from it.
package struct DocumentEvidence: Sendable {
    package var mediaType: String
    package var size: Int
    package var recognized: RecognizedDocument
    package var analysis: TextAnalysis?
    package var type: DocumentType?
    package var passages: Int?

    package init(
        mediaType: String, size: Int, recognized: RecognizedDocument, analysis: TextAnalysis? = nil,
        type: DocumentType? = nil, passages: Int? = nil
    ) {
        self.mediaType = mediaType
        self.size = size
        self.recognized = recognized
        self.analysis = analysis
        self.type = type
        self.passages = passages
    }

    /// Every declared feature; null where the step that would tell it did not succeed.
    package var features: [String: FeatureValue.Scalar] {
        var values: [String: FeatureValue.Scalar] = [:]
        for feature in DocumentFeature.allCases { values[feature.rawValue] = value(of: feature) }
        return values
    }

    private func value(of feature: DocumentFeature) -> FeatureValue.Scalar {
        switch feature {
        case .mediaType: .string(mediaType)
        case .byteCount: .int(Int64(size))
        case .pageCount: .int(Int64(recognized.pageCount))
        case .failedPageCount: .int(Int64(recognized.pages.count { $0.error != nil }))
        case .wordCount: .int(Int64(wordCount))
        case .meanConfidence: optional(meanConfidence) { .double($0) }
        case .readBy: optional(readBy) { .string($0) }
        case .language: optional(analysis?.language.code) { .string($0) }
        case .documentType: optional(type?.label) { .string($0) }
        case .typeScore: optional(type?.score) { .double($0) }
        case .amountTotal: optional(amounts.last(where: \.isTotal)?.value) { .double($0) }
        case .amountMax: optional(amounts.filter { $0.currency == currency }.map(\.value).max()) { .double($0) }
        case .amountCurrency: optional(currency) { .string($0) }
        case .firstDate: optional(dates.first) { .string($0) }
        case .documentDate: optional(Self.mode(dates)) { .string($0) }
        case .entityCount: optional(analysis?.entities.count) { .int(Int64($0)) }
        case .dateCount: count(.date)
        case .amountCount: count(.amount)
        case .emailCount: count(.email)
        case .urlCount: count(.url)
        case .phoneCount: count(.phone)
        case .ibanCount: count(.iban)
        case .passageCount: optional(passages) { .int(Int64($0)) }
        }
    }

    private func optional<T>(_ value: T?, _ wrap: (T) -> FeatureValue.Scalar) -> FeatureValue.Scalar {
        value.map(wrap) ?? .null
    }

    private func count(_ kind: TextEntity.Kind) -> FeatureValue.Scalar {
        optional(analysis) { .int(Int64($0.entities.count { $0.kind == kind })) }
    }

    // MARK: - Pages

    private var words: some Sequence<TextWord> {
        recognized.pages.lazy.flatMap(\.blocks).flatMap(\.lines).flatMap(\.words)
    }

    private var wordCount: Int { words.reduce(0) { count, _ in count + 1 } }

    private var meanConfidence: Double? {
        let (sum, count) = words.reduce((0.0, 0)) { ($0.0 + $1.confidence, $0.1 + 1) }
        return count > 0 ? sum / Double(count) : nil
    }

    private var readBy: String? {
        let methods = Set(recognized.pages.map(\.method)).subtracting([.none])
        return methods.count > 1 ? "mixed" : methods.first?.rawValue
    }

    // MARK: - Entities

    private struct Amount {
        var value: Double
        var currency: String?
        var isTotal: Bool
    }

    private var amounts: [Amount] {
        (analysis?.entities ?? []).compactMap { entity in
            guard entity.kind == .amount, let value = entity.value.flatMap(Double.init), value.isFinite else {
                return nil
            }
            let label = entity.label?.lowercased() ?? ""
            let isTotal = label.contains("total") && !label.contains("sub")
            return Amount(value: value, currency: entity.currency, isTotal: isTotal)
        }
    }

    private var currency: String? { Self.mode(amounts.compactMap(\.currency)) }

    /// Days in the order of the text; what names no whole day is left out.
    private var dates: [String] {
        (analysis?.entities ?? []).filter { $0.kind == .date }.compactMap(\.value).filter {
            CivilDate($0) != nil
        }
    }

    /// The value that occurs most often; of several the first.
    private static func mode(_ values: [String]) -> String? {
        var counts: [String: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let most = counts.values.max()
        return values.first { counts[$0] == most }
    }
}
