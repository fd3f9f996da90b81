import FoundationEssentials
package import ServiceAPI

extension ReportDocument {
    /// What a report needs of a document of the feature store.
    /// - Throws: ``ReportingError`` when a time cannot be read.
    package init(_ record: DocumentRecord) throws {
        self.init(
            id: record.id, name: record.name, mediaType: record.mediaType, bytes: record.size,
            outcome: Outcome(record.status), failures: Self.failures(of: record),
            received: try Self.time(record.createdAt, "created_at", of: record),
            finished: try record.finishedAt.map { try Self.time($0, "finished_at", of: record) })
        pages = Pages(
            total: record.int("page_count") ?? 0, failed: record.int("failed_page_count") ?? 0,
            reading: record.string("read_by").flatMap(Pages.Reading.init(rawValue:)))
        recognitionConfidence = record.double("mean_confidence")
        types = Self.types(of: record)
        if let language = record.analysis?.language {
            self.language = Scored(name: language.code, score: language.confidence)
        }
        let found = record.analysis?.entities ?? []
        amounts = found.filter { $0.kind == .amount }.compactMap { entity in
            entity.value.flatMap(Amount.hundredths).map {
                Amount(hundredths: $0, currency: entity.currency, label: entity.label)
            }
        }
        principal = Self.principal(of: record) ?? amounts.principal
        dates = found.filter { $0.kind == .date }.compactMap { $0.value.flatMap { CivilDate(iso: $0) } }
        date = record.string("document_date").flatMap { CivilDate(iso: $0) }
        entities = found.filter { $0.kind != .amount && $0.kind != .date }
            .map { Entity(kind: $0.kind.rawValue, text: $0.value ?? $0.text) }
        steps = record.steps.filter { $0.status == .succeeded || $0.status == .partial }
            .map { Step(name: $0.name, seconds: $0.milliseconds.map { $0 / 1000 }) }
        excerpt = record.excerpt
        hasPicture = record.hasPreview
    }

    private static func failures(of record: DocumentRecord) -> [Failure] {
        let failed = record.steps.compactMap { step in
            step.error.map { Failure(step: step.name, code: $0.code, message: $0.message) }
        }
        guard failed.isEmpty, let error = record.error else { return failed }
        return [Failure(step: nil, code: error.code, message: error.message)]
    }

    private static func types(of record: DocumentRecord) -> [Scored] {
        let best = record.string("document_type").map {
            Scored(name: $0, score: record.double("type_score") ?? record.analysis?.type?.score ?? 0)
        }
        let scores = record.analysis?.type?.scores.map { Scored(name: $0.label, score: $0.score) } ?? []
        guard let best else { return record.features.isEmpty ? scores : [] }
        return [best] + scores.filter { $0.name != best.name }
    }

    private static func principal(of record: DocumentRecord) -> Amount? {
        guard let sum = record.double("amount_total") ?? record.double("amount_max"), abs(sum) < 1e13 else {
            return nil
        }
        return Amount(hundredths: Int((sum * 100).rounded()), currency: record.string("amount_currency"))
    }

    private static func time(_ text: String, _ field: String, of record: DocumentRecord) throws -> Date {
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        for style in styles {
            if let date = try? Date(text, strategy: style) { return date }
        }
        throw ReportingError(
            .featureStore,
            "feature-store gave document \(record.id) a \(field) that is no RFC 3339 time: \(text.prefix(60))")
    }
}

extension ReportDocument.Outcome {
    init(_ status: DocumentRecord.Status) {
        self =
            switch status {
            case .succeeded: .succeeded
            case .partial: .partial
            case .failed: .failed
            case .queued, .running: .pending
            }
    }
}

extension ReportDocument.Amount {
    /// Reads a decimal number such as `1234.5`, half a hundredth away from zero; nil from 10¹³ on.
    package static func hundredths(_ text: String) -> Int? {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...13).contains(whole.count), whole.utf8.allSatisfy(\.isDigit),
            let units = Int(whole)
        else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        guard fraction.utf8.allSatisfy(\.isDigit), let thousandths = Int((fraction + "000").prefix(3)) else {
            return nil
        }
        let magnitude = units * 100 + (thousandths + 5) / 10
        return isNegative ? -magnitude : magnitude
    }
}

extension [ReportDocument.Amount] {
    /// The last amount called a total.
    fileprivate var principal: Element? {
        last { $0.label?.lowercased() == "total" }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension DocumentRecord {
    fileprivate func string(_ feature: String) -> String? {
        if case .string(let value) = features[feature]?.value { value } else { nil }
    }

    fileprivate func double(_ feature: String) -> Double? {
        switch features[feature]?.value {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    fileprivate func int(_ feature: String) -> Int? {
        double(feature).flatMap { Int(exactly: $0.rounded()) }
    }
}
