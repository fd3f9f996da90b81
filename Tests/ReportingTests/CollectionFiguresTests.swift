import FoundationEssentials
import Reporting
import Testing

@Suite struct CollectionFiguresTests {
    @Test func countsPagesAndRateAddUpByHand() {
        var partial = SampleCollection.document(2, pages: 5, seconds: 2)
        partial.outcome = .partial
        partial.pages.failed = 1
        let figures = CollectionFigures([
            SampleCollection.document(0, pages: 3, seconds: 1),
            SampleCollection.document(1, pages: 4, seconds: 3),
            partial,
            SampleCollection.failed(3, name: "x.pdf", code: "document_damaged", message: "no pages"),
        ])
        #expect(figures.documents == 4)
        #expect((figures.succeeded, figures.partial, figures.failed, figures.pending) == (2, 1, 1, 0))
        #expect((figures.pages, figures.failedPages) == (12, 1))
        #expect(figures.pagesPerSecond == 2)  // 12 pages in 6 seconds
        #expect(figures.pagesRead == [.native: 8, .ocr: 4])
        #expect(figures.failures.entries == [.init(name: "document_damaged", count: 1)])
        #expect(figures.received == SampleCollection.day...SampleCollection.day.addingTimeInterval(180))
    }

    @Test func anEmptyCollectionHasNoFigures() {
        let figures = CollectionFigures([])
        #expect(figures.documents == 0)
        #expect(figures.pagesPerSecond == nil)
        #expect(figures.medianConfidence == nil)
        #expect(figures.timelines.isEmpty && figures.steps.isEmpty && figures.types.entries.isEmpty)
        #expect(figures.received == nil)
    }

    @Test func namesBeyondTheLimitAreCountedTogether() {
        let tally = Tally(["a", "b", "b", "c", "c", "d"], limit: 2)
        #expect(tally.entries == [.init(name: "b", count: 2), .init(name: "c", count: 2)])
        #expect((tally.otherNames, tally.otherCount, tally.total) == (2, 2, 6))
    }

    @Test func scoresFallIntoTenBinsOfWhichTheLastIncludesOne() {
        let histogram = Histogram([0, 0.05, 0.1, 0.95, 1, 1.5, -0.1, .nan])
        #expect(histogram.counts == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(histogram.outside == 3)
    }

    /// NumPy 2.3: `np.quantile([1, 2, 3, 4], [0, .5, .95, 1])`.
    @Test func quantilesInterpolate() throws {
        #expect(Quantile.of([4, 1, 3, 2], at: 0) == 1)
        #expect(Quantile.of([4, 1, 3, 2], at: 0.5) == 2.5)
        #expect(abs(try #require(Quantile.of([4, 1, 3, 2], at: 0.95)) - 3.85) < 1e-12)
        #expect(Quantile.of([4, 1, 3, 2], at: 1) == 4)
        #expect(Quantile.of([], at: 0.5) == nil)
    }

    @Test func sumsStandInTheMonthOfTheirDocumentAndEmptyMonthsAreShown() throws {
        let documents = [
            SampleCollection.document(0, sum: 1_000, date: "2026-01-15"),
            SampleCollection.document(1, sum: 250, date: "2026-01-31"),
            SampleCollection.document(2, sum: 99, date: "2026-03-01"),
            SampleCollection.document(3, sum: 7_777, currency: "USD", date: "2026-02-01"),
        ]
        let timelines = CollectionFigures(documents).timelines
        #expect(timelines.map(\.currency) == ["EUR", "USD"])
        let euro = try #require(timelines.first)
        #expect(euro.grain == .month)
        #expect(
            euro.buckets == [
                .init(label: "2026-01", hundredths: 1_250, documents: 2),
                .init(label: "2026-02", hundredths: 0, documents: 0),
                .init(label: "2026-03", hundredths: 99, documents: 1),
            ])
        #expect(timelines[1].grain == .day)
        #expect(timelines[1].buckets.map(\.label) == ["2026-02-01"])
    }

    @Test func aCenturyOfDatesKeepsTheNewestYearsAndCountsTheRest() throws {
        let points = [1900, 1996, 2026].compactMap { CivilDate(year: $0, month: 6, day: 1) }
            .map { AmountTimeline.Point(date: $0, hundredths: 100) }
        let timeline = try #require(AmountTimeline(currency: "EUR", points: points))
        #expect(timeline.grain == .year)
        #expect(timeline.buckets.count == 31)
        #expect((timeline.buckets.first?.label, timeline.buckets.last?.label) == ("1996", "2026"))
        #expect(timeline.earlier == 1)
    }

    @Test func stepTimesKeepTheOrderOfTheFlow() {
        let figures = CollectionFigures([
            SampleCollection.document(0, seconds: 1), SampleCollection.document(1, seconds: 3),
        ])
        #expect(figures.steps.map(\.name) == ["recognize", "analyze", "embed", "type"])
        #expect(figures.steps.first?.median == 2)
        #expect(figures.steps.first?.total == 4)
        #expect(figures.steps.first?.documents == 2)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-25", 20_782), ("0001-01-01", -719_162),
    ])
    func daysAreCountedFromTheEpoch(iso: String, days: Int) throws {
        let date = try #require(CivilDate(iso: iso))
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
        #expect(date.iso == iso)
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-1-01", "abc", "", "2026-00-10", "99999-01-01"])
    func whatIsNoDateIsRefused(text: String) {
        #expect(CivilDate(iso: text) == nil)
    }

    @Test(arguments: [
        ("1234.5", 123_450), ("0.005", 1), ("0.004", 0), ("-3.99", -399), ("7", 700),
        ("9999999999999", 999_999_999_999_900),
    ])
    func amountsAreReadExactly(text: String, hundredths: Int) {
        #expect(ReportDocument.Amount.hundredths(text) == hundredths)
    }

    @Test(arguments: ["", "-", "1,5", "1e3", "99999999999999", "٣", "1.2.3", "NaN"])
    func whatIsNoAmountIsRefused(text: String) {
        #expect(ReportDocument.Amount.hundredths(text) == nil)
    }
}
