import FoundationEssentials
import Reporting
import Testing

@Suite struct ChartTests {
    @Test(arguments: [
        (3.0, true, [0.0, 1, 2, 3]), (7, true, [0, 2, 4, 6, 8]), (1, true, [0, 1]), (40, true, [0, 10, 20, 30, 40]),
        (41, true, [0, 20, 40, 60]), (1234.5, false, [0, 500, 1000, 1500]), (0.3, false, [0, 0.1, 0.2, 0.3]),
        (0, true, [0, 1]),
    ])
    func ticksAreRoundAndReachTheLargestValue(maximum: Double, whole: Bool, expected: [Double]) {
        let ticks = Ticks(upTo: maximum, wholeNumbers: whole)
        #expect(ticks.values.count == expected.count)
        #expect(zip(ticks.values, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func barsAreAsLongAsTheirCounts() throws {
        let chart = BarChart(description: "x", tally: Tally(["a", "a", "a", "a", "b"], limit: 5))
        let view = try #require(chart.view)
        let bars = try #require(view["bars"] as? [TemplateObject])
        #expect(bars.map { $0["bar_width"] as? String } == ["250", "62.50"])
        #expect(bars.map { $0["value"] as? String } == ["4", "1"])
        #expect(bars.map { $0["note"] as? String } == ["80 %", "20 %"])
    }

    @Test func columnsAreAsHighAsTheirCounts() throws {
        // 3 values in the first bin of ten, 1 in the last: ticks 0...3, so 100 % and 33.33 % of the axis.
        let chart = ColumnChart(description: "x", histogram: Histogram([0, 0.01, 0.02, 1]))
        let view = try #require(chart.view)
        let columns = try #require(view["columns"] as? [TemplateObject])
        #expect(columns.count == 10)
        #expect((columns[0]["percent"] as? String, columns[9]["percent"] as? String) == ("100", "33.33"))
        #expect((columns[0]["y"] as? String, columns[0]["height"] as? String) == ("10", "170"))
        #expect(columns[5]["height"] as? String == "0")
    }

    @Test func chartsOfNothingAreLeftOut() {
        #expect(BarChart(description: "x", tally: Tally([String](), limit: 5)).view == nil)
        #expect(ColumnChart(description: "x", histogram: Histogram([Double]())).view == nil)
    }

    @Test func aLongTimelineLabelsAtMostSixBuckets() throws {
        let points = (0..<31).map {
            AmountTimeline.Point(date: CivilDate(daysSinceEpoch: 20_000 + $0), hundredths: 100)
        }
        let timeline = try #require(AmountTimeline(currency: "EUR", points: points))
        let view = try #require(ColumnChart(timeline: timeline).view)
        let labels = try #require(view["labels"] as? [TemplateObject])
        #expect(labels.count == 6)
    }

    @Test func numbersReadAsEnglishText() {
        #expect(Format.count(1_234_567) == "1,234,567")
        #expect(Format.count(-1_000) == "-1,000")
        #expect(Format.count(1, "page") == "1 page")
        #expect(Format.decimal(0.995, digits: 2) == "1.00")
        #expect(Format.decimal(-0.004, digits: 2) == "0.00")
        #expect(Format.decimal(.infinity, digits: 2) == "–")
        #expect(Format.money(hundredths: 123_450, currency: "EUR") == "EUR 1,234.50")
        #expect(Format.money(hundredths: -5, currency: nil) == "-0.05")
        #expect(Format.seconds(0.42) == "420 ms")
        #expect(Format.seconds(9.994) == "9.99 s")
        #expect(Format.seconds(185) == "3 min 05 s")
        #expect(Format.percent(1, of: 3) == "33 %")
        #expect(Format.bytes(1_250_000) == "1.3 MB")
        #expect(Format.moment(SampleCollection.day.addingTimeInterval(3_599)) == "2026-11-25 00:59")
        #expect(Format.coordinate(33.333) == "33.33")
        #expect(Format.coordinate(-0.5) == "-0.50")
    }
}
