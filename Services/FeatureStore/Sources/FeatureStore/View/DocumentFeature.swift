import ServiceAPI

/// The features of a document, as the document view declares them.
package enum DocumentFeature: String, CaseIterable, Sendable {
    case mediaType = "media_type"
    case byteCount = "byte_count"
    case pageCount = "page_count"
    case failedPageCount = "failed_page_count"
    case wordCount = "word_count"
    case meanConfidence = "mean_confidence"
    case readBy = "read_by"
    case language = "language"
    case documentType = "document_type"
    case typeScore = "type_score"
    case amountTotal = "amount_total"
    case amountMax = "amount_max"
    case amountCurrency = "amount_currency"
    case firstDate = "first_date"
    case documentDate = "document_date"
    case entityCount = "entity_count"
    case dateCount = "date_count"
    case amountCount = "amount_count"
    case emailCount = "email_count"
    case urlCount = "url_count"
    case phoneCount = "phone_count"
    case ibanCount = "iban_count"
    case passageCount = "passage_count"

    var declaration: FeatureViewDefinition.Feature {
        switch self {
        case .mediaType: feature(.string, "Media type of the bytes as they came in")
        case .byteCount: feature(.int64, "Size of the bytes as they came in")
        case .pageCount: feature(.int64, "Pages")
        case .failedPageCount: feature(.int64, "Pages that could not be read")
        case .wordCount: feature(.int64, "Words on all pages")
        case .meanConfidence: feature(.float64, "Mean confidence of the words, 0...1; null without words")
        case .readBy: feature(.string, "How the pages were read: native, ocr, or mixed")
        case .language: feature(.string, "Main language, ISO 639")
        case .documentType: feature(.string, "Most similar of the configured types")
        case .typeScore: feature(.float64, "Score of the most similar type")
        case .amountTotal: feature(.float64, "Amount on the last line that names a total")
        case .amountMax: feature(.float64, "Greatest amount in the main currency")
        case .amountCurrency: feature(.string, "Currency of most amounts, ISO 4217; null where none is named")
        case .firstDate: feature(.date, "First date in reading order")
        case .documentDate: feature(.date, "Date named most often; the earlier in the text where several are")
        case .entityCount: feature(.int64, "Entities found by rule")
        case .dateCount: feature(.int64, "Dates")
        case .amountCount: feature(.int64, "Amounts")
        case .emailCount: feature(.int64, "E-mail addresses")
        case .urlCount: feature(.int64, "URLs")
        case .phoneCount: feature(.int64, "Telephone numbers")
        case .ibanCount: feature(.int64, "IBANs")
        case .passageCount: feature(.int64, "Passages that can be found by meaning")
        }
    }

    private func feature(_ type: FeatureType, _ description: String) -> FeatureViewDefinition.Feature {
        .init(rawValue, type, description)
    }
}
