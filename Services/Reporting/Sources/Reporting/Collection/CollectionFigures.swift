package import FoundationEssentials

/// What a set of documents adds up to.
///
/// A pure function of the documents.
package struct CollectionFigures: Sendable, Equatable {
    package struct StepTimes: Sendable, Equatable {
        package let name: String
        package let documents: Int
        package let median: Double
        package let percentile95: Double
        package let total: Double
    }

    package static let typeLimit = 9
    package static let languageLimit = 7
    package static let currencyLimit = 3

    package let documents: Int
    package let succeeded: Int
    package let partial: Int
    package let failed: Int
    package let pending: Int
    package let pages: Int
    package let failedPages: Int
    /// Pages by how their document was read.
    package let pagesRead: [ReportDocument.Pages.Reading: Int]
    /// Pages over the seconds that the recognition step took, of documents for which both are known.
    package let pagesPerSecond: Double?
    /// Best type of each document that has one.
    package let types: Tally
    /// Scores of the best types.
    package let confidence: Histogram
    package let medianConfidence: Double?
    package let languages: Tally
    /// What each document comes to, most frequent currency first.
    package let timelines: [AmountTimeline]
    /// In the order in which the documents go through them.
    package let steps: [StepTimes]
    package let failures: Tally
    package let received: ClosedRange<Date>?

    package init(_ documents: [ReportDocument]) {
        self.documents = documents.count
        partial = documents.count { $0.outcome == .partial }
        succeeded = documents.count { $0.outcome == .succeeded }
        failed = documents.count { $0.outcome == .failed }
        pending = documents.count { $0.outcome == .pending }
        pages = documents.reduce(0) { $0 + $1.pages.total }
        failedPages = documents.reduce(0) { $0 + $1.pages.failed }
        pagesRead = documents.reduce(into: [:]) { counts, document in
            guard let reading = document.pages.reading else { return }
            counts[reading, default: 0] += document.pages.total
        }
        pagesPerSecond = Self.pagesPerSecond(documents)
        types = Tally(documents.compactMap { $0.types.first?.name }, limit: Self.typeLimit)
        let scores = documents.compactMap { $0.types.first?.score }
        confidence = Histogram(scores)
        medianConfidence = Quantile.of(scores.filter { (0...1).contains($0) }, at: 0.5)
        languages = Tally(documents.compactMap { $0.language?.name }, limit: Self.languageLimit)
        timelines = Self.timelines(documents)
        steps = Self.steps(documents)
        failures = Tally(documents.flatMap { $0.failures.map(\.code) }, limit: Self.typeLimit)
        received = documents.map(\.received).min().flatMap { first in
            documents.map(\.received).max().map { first...$0 }
        }
    }

    private static func pagesPerSecond(_ documents: [ReportDocument]) -> Double? {
        var pages = 0
        var seconds = 0.0
        for document in documents where document.pages.total > 0 {
            guard let time = document.steps.first(where: { $0.name == recognitionStep })?.seconds, time > 0 else {
                continue
            }
            pages += document.pages.total
            seconds += time
        }
        return seconds > 0 ? Double(pages) / seconds : nil
    }

    private static let recognitionStep = "recognize"

    private static func timelines(_ documents: [ReportDocument]) -> [AmountTimeline] {
        var points: [String: [AmountTimeline.Point]] = [:]
        for document in documents {
            guard let sum = document.principal, let currency = sum.currency, sum.hundredths > 0 else { continue }
            let point = AmountTimeline.Point(date: document.effectiveDate, hundredths: sum.hundredths)
            points[currency, default: []].append(point)
        }
        return points.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .prefix(currencyLimit)
            .compactMap { AmountTimeline(currency: $0.key, points: $0.value) }
    }

    private static func steps(_ documents: [ReportDocument]) -> [StepTimes] {
        var order: [String] = []
        var seconds: [String: [Double]] = [:]
        for step in documents.flatMap(\.steps) {
            guard let time = step.seconds else { continue }
            if seconds[step.name] == nil { order.append(step.name) }
            seconds[step.name, default: []].append(time)
        }
        return order.compactMap { name in
            guard let times = seconds[name], let median = Quantile.of(times, at: 0.5),
                let percentile95 = Quantile.of(times, at: 0.95)
            else { return nil }
            return StepTimes(
                name: name, documents: times.count, median: median, percentile95: percentile95,
                total: times.reduce(0, +))
        }
    }
}

extension ReportDocument {
    /// The date the document bears, or else the day it came in.
    package var effectiveDate: CivilDate { date ?? dates.first ?? CivilDate(received) }
}
