import FoundationEssentials

/// A collection report as the templates see it: text only, cut to size, nothing escaped yet.
struct CollectionView {
    struct Limits: Sendable {
        /// Documents with a page of their own; the others only have their line in the tables.
        var documentPages: Int
        /// Bytes of pictures that the HTML page carries.
        var pictureBytes: Int
    }

    static let tableRows = 14
    static let failureRows = 9

    let input: CollectionInput
    let figures: CollectionFigures
    let reportID: String
    let templateVersion: String
    /// By document id.
    let pictures: [String: Picture]
    let limits: Limits

    /// Documents with a page of their own, in the order of the pages.
    var pageDocuments: [ReportDocument] {
        Array(
            input.documents.filter { $0.outcome == .succeeded || $0.outcome == .partial }.prefix(limits.documentPages))
    }

    /// - Parameter unusable: ids of documents whose picture must not be used.
    func object(withoutPictures unusable: Set<String> = []) -> TemplateObject {
        let cards = cards(unusable)
        var object: TemplateObject = [
            "title": DisplayText.clipped(input.title, to: 90), "period": period, "report_id": reportID,
            "date": Format.moment(input.date),
            "key_figures": keyFigures, "timelines": figures.timelines.compactMap { ColumnChart(timeline: $0).view },
            "cards": cards.objects, "notes": notes(missingPictures: cards.missing).map { ["text": $0] },
            "table_pages": pages(of: tableRows, size: Self.tableRows),
            "failure_pages": pages(of: failureRows, size: Self.failureRows),
        ]
        if !input.conditions.isEmpty {
            object["conditions"] = DisplayText.clipped(input.conditions.joined(separator: "  ·  "), to: 110)
        }
        object["failed"] = !failureRows.isEmpty
        object["pages_of_documents"] = !cards.objects.isEmpty
        let charts: [(key: String, view: TemplateObject?)] = [
            ("types", BarChart(description: "Documents by type", tally: figures.types).view),
            (
                "languages",
                BarChart(description: "Documents by language", tally: figures.languages, name: LanguageName.of).view
            ),
            (
                "confidence",
                ColumnChart(description: "Documents by score of their type", histogram: figures.confidence).view
            ),
        ]
        for (key, view) in charts { object[key] = view }
        if !stepRows.isEmpty { object["steps"] = ["step_rows": stepRows] }
        if !readingRows.isEmpty { object["reading"] = ["reading_rows": readingRows] }
        return object
    }

    private var period: String {
        guard let received = figures.received else { return "No document matches." }
        let (first, last) = (CivilDate(received.lowerBound).iso, CivilDate(received.upperBound).iso)
        let documents = Format.count(figures.documents, "document")
        return first == last ? "\(documents) received on \(first)" : "\(documents) received from \(first) to \(last)"
    }

    private var keyFigures: [TemplateObject] {
        var list: [(caption: String, value: String, tone: String)] = [
            ("Documents", Format.count(figures.documents), "ink"),
            ("Read in full", Format.count(figures.succeeded), "accent"),
            ("Read in part", Format.count(figures.partial), figures.partial > 0 ? "warm" : "soft"),
            ("Failed", Format.count(figures.failed), figures.failed > 0 ? "bad" : "soft"),
            ("Pages", Format.count(figures.pages), "ink"),
            ("Pages per second", figures.pagesPerSecond.map { Format.decimal($0, digits: 2) } ?? "–", "ink"),
            ("Median type score", figures.medianConfidence.map { Format.decimal($0, digits: 2) } ?? "–", "ink"),
            ("Languages", Format.count(figures.languages.entries.count + figures.languages.otherNames), "ink"),
        ]
        if figures.pending > 0 { list[7] = ("In progress", Format.count(figures.pending), "warm") }
        return list.map { ["caption": $0.caption, "value": $0.value, "tone": $0.tone] }
    }

    private var stepRows: [TemplateObject] {
        figures.steps.map {
            [
                "name": DisplayText.clipped($0.name, to: 20), "documents": Format.count($0.documents),
                "median": Format.seconds($0.median), "high": Format.seconds($0.percentile95),
                "total": Format.seconds($0.total),
            ]
        }
    }

    private var readingRows: [TemplateObject] {
        ReportDocument.Pages.Reading.allCases.compactMap { reading in
            guard let pages = figures.pagesRead[reading] else { return nil }
            return [
                "name": reading.words, "pages": Format.count(pages), "share": Format.percent(pages, of: figures.pages),
            ]
        }
    }

    private var tableRows: [TemplateObject] {
        input.documents.map { document in
            let seconds = document.steps.compactMap(\.seconds)
            return [
                "name": DisplayText.clippedInMiddle(document.name, to: 36),
                "type": document.types.first.map { DisplayText.clipped($0.name, to: 20) } ?? "–",
                "score": document.types.first.map { Format.decimal($0.score, digits: 2) } ?? "–",
                "pages": document.pages.total > 0 ? Format.count(document.pages.total) : "–",
                "read": document.pages.reading?.rawValue ?? "–",
                "language": document.language.map { DisplayText.clipped($0.name, to: 7) } ?? "–",
                "sum": document.principal.map { Format.money(hundredths: $0.hundredths, currency: $0.currency) } ?? "–",
                "time": seconds.isEmpty ? "–" : Format.seconds(seconds.reduce(0, +)),
                "state": document.outcome.word, "tone": document.outcome.tone,
            ]
        }
    }

    private var failureRows: [TemplateObject] {
        input.documents.flatMap { document in
            document.failures.map { failure in
                [
                    "name": DisplayText.clippedInMiddle(document.name, to: 40),
                    "step": failure.step.map { DisplayText.clipped($0, to: 14) } ?? "–",
                    "code": DisplayText.clippedInMiddle(failure.code, to: 32),
                    "message": DisplayText.clipped(failure.message, to: 180), "tone": document.outcome.tone,
                ]
            }
        }
    }

    private func pages(of rows: [TemplateObject], size: Int) -> [TemplateObject] {
        let starts = Array(stride(from: 0, to: rows.count, by: size))
        return starts.enumerated().map { page, start -> TemplateObject in
            [
                "page": String(page + 1), "page_count": String(starts.count), "several": starts.count > 1,
                "rows": Array(rows[start..<min(start + size, rows.count)]),
            ]
        }
    }

    private func cards(_ unusable: Set<String>) -> (objects: [TemplateObject], missing: Int) {
        var missing = 0
        var bytes = 0
        let objects = pageDocuments.enumerated().map { index, document in
            var picture = unusable.contains(document.id) ? nil : pictures[document.id]
            if let size = picture?.bytes.count {
                bytes += size
                if bytes > limits.pictureBytes { picture = nil }
            }
            if picture == nil, document.hasPicture { missing += 1 }
            return DocumentCard(document: document, number: index + 1, picture: picture).object
        }
        return (objects, missing)
    }

    private func notes(missingPictures: Int) -> [String] {
        var notes = [
            "Pages per second counts the pages over the time that recognition took, of the documents for which both are known.",
            "A type's score is the share of its similarity among the configured types, from 0 to 1.",
            "Amounts count once per document: the total that it names; each stands at the date the"
                + " document bears, or else the day it came in.",
        ]
        let withPages = input.documents.count { $0.outcome == .succeeded || $0.outcome == .partial }
        if withPages > limits.documentPages {
            notes.append(
                "\(Format.count(limits.documentPages)) of \(Format.count(withPages)) documents have a page of their own,"
                    + " the newest; all of them are in the figures and the table.")
        }
        if input.hasMore {
            notes.append(
                "More documents match than the query's limit of \(Format.count(input.documents.count)); the newest are shown."
            )
        }
        for timeline in figures.timelines where timeline.earlier > 0 {
            notes.append(
                "\(Format.count(timeline.earlier, "document")) in \(timeline.currency) with an earlier date"
                    + " \(timeline.earlier == 1 ? "is" : "are") not on the chart.")
        }
        if missingPictures > 0 {
            notes.append(
                "\(Format.count(missingPictures, "picture")) could not be shown or exceeded the report's size.")
        }
        notes.append("All times are UTC. Report \(reportID), templates \(templateVersion).")
        return notes
    }
}

extension ReportDocument.Pages.Reading {
    var words: String {
        switch self {
        case .native: "text of the file"
        case .ocr: "optical recognition"
        case .mixed: "both"
        }
    }
}

extension ReportDocument.Outcome {
    var word: String {
        switch self {
        case .succeeded: "read"
        case .partial: "in part"
        case .failed: "failed"
        case .pending: "in progress"
        }
    }

    /// Name of a colour of the templates' palette.
    var tone: String {
        switch self {
        case .succeeded: "soft"
        case .partial: "warm"
        case .failed: "bad"
        case .pending: "warm"
        }
    }
}
