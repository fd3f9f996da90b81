/// Body of `POST /v1/analyze`.
package struct AnalyzeRequest: Codable, Sendable, Equatable {
    package var text: String
    /// Whether tokens are listed; they outweigh the rest of the answer.
    package var tokens: Bool?
    /// Whether the document type is guessed, which needs the inference service; default true.
    package var type: Bool?

    package init(text: String, tokens: Bool? = nil, type: Bool? = nil) {
        self.text = text
        self.tokens = tokens
        self.type = type
    }
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

    package enum CodingKeys: String, CodingKey {
        case language, sentences, tokens, entities, type
        case typeError = "type_error"
        case offsetUnit = "offset_unit"
    }

    package init(
        language: DetectedLanguage, sentences: [TextSpan], tokens: [TextSpan]? = nil, entities: [TextEntity],
        type: DocumentType? = nil, typeError: String? = nil
    ) {
        self.language = language
        self.sentences = sentences
        self.tokens = tokens
        self.entities = entities
        self.type = type
        self.typeError = typeError
        self.offsetUnit = "code_point"
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

    package init(
        kind: Kind, start: Int, end: Int, text: String, value: String? = nil, currency: String? = nil,
        label: String? = nil
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
        self.value = value
        self.currency = currency
        self.label = label
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
