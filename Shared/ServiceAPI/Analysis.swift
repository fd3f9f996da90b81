/// Body of `POST /v1/analyze`.
package struct AnalyzeRequest: Codable, Sendable, Equatable {
    package var text: String
    /// Whether tokens are listed; they outweigh the rest of the answer.
    package var tokens: Bool?
    /// Whether the document type is guessed, which needs the inference service; default true.
    package var type: Bool?
    /// How a date whose day and month could change places is read; the service's configuration by default.
    package var dateOrder: DateOrder?

    package init(text: String, tokens: Bool? = nil, type: Bool? = nil, dateOrder: DateOrder? = nil) {
        self.text = text
        self.tokens = tokens
        self.type = type
        self.dateOrder = dateOrder
    }

    package enum CodingKeys: String, CodingKey {
        case text, tokens, type
        case dateOrder = "date_order"
    }
}

/// Order of day and month in a date like 03/04/2021.
package enum DateOrder: String, Codable, Sendable, CaseIterable {
    case dayFirst = "day_first"
    case monthFirst = "month_first"
}

/// Answer of `POST /v1/analyze`; offsets count Unicode code points from 0, ends exclusive.
package struct TextAnalysis: Codable, Sendable, Equatable {
    package var language: DetectedLanguage
    package var sentences: [TextSpan]
    package var tokens: [TextSpan]?
    package var entities: [TextEntity]
    package var type: DocumentType?
    /// Why ``type`` is missing.
    package var typeError: String?
    /// Always `code_point`.
    package var offsetUnit: String
    /// Name and version of what took part (`icu`, `cld2`, `model`, …), for lineage.
    package var versions: [String: String]?

    package enum CodingKeys: String, CodingKey {
        case language, sentences, tokens, entities, type, versions
        case typeError = "type_error"
        case offsetUnit = "offset_unit"
    }

    package init(
        language: DetectedLanguage, sentences: [TextSpan], tokens: [TextSpan]? = nil, entities: [TextEntity],
        type: DocumentType? = nil, typeError: String? = nil, versions: [String: String]? = nil
    ) {
        self.language = language
        self.sentences = sentences
        self.tokens = tokens
        self.entities = entities
        self.type = type
        self.typeError = typeError
        self.offsetUnit = "code_point"
        self.versions = versions
    }
}

/// The text's main language.
package struct DetectedLanguage: Codable, Sendable, Equatable {
    /// ISO 639-1 where there is one; `und` when undetermined.
    package var code: String
    /// 0 to 1.
    package var confidence: Double
    package var reliable: Bool

    package init(code: String, confidence: Double, reliable: Bool) {
        self.code = code
        self.confidence = confidence
        self.reliable = reliable
    }
}

/// A stretch of the text.
package struct TextSpan: Codable, Sendable, Equatable {
    package var start: Int
    package var end: Int

    package init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }
}

/// Something a rule found in the text.
package struct TextEntity: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case date, amount, email, url, phone, iban, identifier
    }

    package var kind: Kind
    package var start: Int
    package var end: Int
    /// As it stands in the text.
    package var text: String
    /// Normalised: ISO 8601 date, decimal amount, IBAN without spaces, …; `nil` when it cannot be told.
    package var value: String?
    /// ISO 4217, for amounts whose currency is known.
    package var currency: String?
    /// What an identifier identifies (`invoice`, `order`, `vat`), or the word before an amount (`total`).
    package var label: String?
    /// True for a date whose day and month could change places, and for an amount whose separator could be either.
    package var ambiguous: Bool?

    package init(
        kind: Kind, start: Int, end: Int, text: String, value: String? = nil, currency: String? = nil,
        label: String? = nil, ambiguous: Bool? = nil
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
        self.value = value
        self.currency = currency
        self.label = label
        self.ambiguous = ambiguous
    }
}

/// The most similar label and every label's score; the scores sum to 1.
package struct DocumentType: Codable, Sendable, Equatable {
    package struct Score: Codable, Sendable, Equatable {
        package var label: String
        package var score: Double

        package init(label: String, score: Double) {
            self.label = label
            self.score = score
        }
    }

    package var label: String
    package var score: Double
    /// Highest first.
    package var scores: [Score]

    package init(label: String, score: Double, scores: [Score]) {
        self.label = label
        self.score = score
        self.scores = scores
    }
}
